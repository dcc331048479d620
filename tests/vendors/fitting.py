"""Which vendor takes which mask of the templates, and why others do not: a table by hand from `vendors.md` 7."""

PLATES = ("mask_chrome_std", "mask_chrome_large", "mask_emulsion_glass", "film_20k", "film_10k")
FINE = PLATES[:-1]
"""For lines below the 40 um that 10,000 dpi resolve."""
LARGE = ("mask_chrome_large", "mask_emulsion_glass", "film_20k", "film_10k")
"""For wafers of 200 mm, larger than what is written of 7 in."""
FOILS = ("stencil_laser", "stencil_electroform", "stencil_etched")

FITS = {
    "carrier-frame-resilient-pads": {
        "LEAD": FINE, "FEATURE2": PLATES, "PAD_STENCIL": FOILS, "BALL": ("stencil_electroform",),
    },
    "coated-recess-mold": {
        "RECESS_BOND": PLATES, "RECESS_MOUNT": (*PLATES, "pcm_steel"), "BALL_STENCIL": ("stencil_electroform",),
        "BOARD_LAND": (*PLATES, "pcm_copper"),
    },
    "embedded-mask-mold": {
        "PAD_WIN": PLATES, "MP_WIN": PLATES, "CATHODE": PLATES, "SECOND_MASK": PLATES,
        "BALL_STENCIL": ("stencil_electroform",), "BOARD_LAND": (*PLATES, "pcm_copper"),
    },
    "etch-resistant-spot-terminals": {
        "LEAD": LARGE[:-1], "SPOT": (*LARGE, "pcm_copper"), "FRAME_BOND": FOILS[:2],
    },
    "etched-recess-mold": {
        "FIRST_MASK": (*PLATES, "pcm_steel"), "BALL_STENCIL": ("stencil_electroform",), "BOARD_LAND": PLATES,
    },
    "exposed-die-back": {
        "PAD_WIN": PLATES, "CATHODE": PLATES, "SECOND_MASK": PLATES, "BALL_STENCIL": ("stencil_electroform",),
        "BOARD_LAND": PLATES,
    },
    "peelable-lead-sheet": {
        "SUB2_PAD": PLATES, "LEAD": FINE, "TERM_RESIST": PLATES, "SUB2_ADH": FOILS, "BALL": FOILS[:2],
    },
    "shield-can-mandrel": {"PLATE_BLOCK": PLATES, "RECESS": ("pcm_steel",)},
    "window-substrate-package": {"SUB2_PAD": PLATES, "SUB2_ADH": FOILS},
}  # fmt: skip
"""Profiles that take each mask which their process makes: plates for what is exposed, foils for what is printed."""

DARK = "digitized data is dark: of a foil, what is drawn is cut out; order the mask inverted"
BALLS = "area ratio 0.641 in a foil of 120 um, at least 0.66 wanted"
WIDE = (
    "data of 186400.6 um x 186400.6 um is larger than what is written of the largest plate, 7012: 167800 um x 167800 um"
)

REFUSED = {
    "carrier-frame-resilient-pads": {
        ("BALL", "stencil_laser"): {"V35": "area ratio 0.521 in a foil of 120 um, at least 0.66 wanted"},
        ("FRAME_OUT", "stencil_electroform"): {"V26": DARK},
        ("FRAME_OUT", "pcm_copper"): {"V31": "100.000 um apart, at least 105 um wanted"},
    },
    "coated-recess-mold": {
        ("RECESS_BOND", "stencil_laser"): {"V26": DARK},
        ("RECESS_BOND", "pcm_steel"): {"V31": "250.000 um wide, at least 300 um wanted"},
        ("BALL_STENCIL", "stencil_laser"): {"V35": BALLS},
    },
    "embedded-mask-mold": {
        ("SECOND_MASK", "stencil_etched"): {"V26": DARK},
        ("BALL_STENCIL", "pcm_steel"): {"V31": "200.000 um apart, at least 300 um wanted"},
        ("PAD_WIN", "stencil_etched"): {"V35": "area ratio 0.528 in a foil of 150 um, at least 0.66 wanted"},
    },
    "etch-resistant-spot-terminals": {
        ("LEAD", "film_10k"): {
            "V17": "19.990 um wide, at least 40 um wanted", "V25": "the CD feature is 20 um, at least 40 um are held",
        },
        ("SPOT", "mask_chrome_std"): {"V21": WIDE},
        ("TIP_BOND", "stencil_electroform"): {"V35": "39.860 um wide, at least 100 um wanted"},
        ("FRAME_BOND", "mask_chrome_large"): {
            "V14": "cell 'spots24_FRAME_BOND' has 4 of 2995 vertices off the grid of 0.1 um, the worst by 0.034 um",
        },
    },
    "etched-recess-mold": {
        ("FIRST_MASK", "stencil_electroform"): {"V26": DARK},
        ("BALL_STENCIL", "stencil_laser"): {"V35": BALLS},
    },
    "exposed-die-back": {
        ("SECOND_MASK", "stencil_laser"): {"V26": DARK},
        ("SEVER", "stencil_etched"): {"V35": "200.000 um wide, at least 225 um wanted"},
    },
    "peelable-lead-sheet": {
        ("TIP_BOND", "film_10k"): {
            "V17": "39.860 um wide, at least 40 um wanted", "V25": "the CD feature is 39.9 um, at least 40 um are held",
        },
        ("SUB2_PAD", "stencil_laser"): {"V35": "area ratio 0.634 in a foil of 120 um, at least 0.66 wanted"},
    },
    "shield-can-mandrel": {
        ("SEVER", "stencil_etched"): {"V35": "200.000 um wide, at least 225 um wanted"},
    },
    "window-substrate-package": {
        ("SUB2_OUT", "stencil_laser"): {"V26": DARK},
        ("SUB2_PAD", "pcm_copper"): {"V31": "158.000 um apart, at least 180 um wanted"},
    },
}  # fmt: skip
"""Masks that a vendor must refuse: the items that fail, all of them, and one sentence of each."""
