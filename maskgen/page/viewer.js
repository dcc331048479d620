// The layout viewer: layers on a canvas, drawn as finely as the screen shows and never more often than it must.
//
// A layer is tiles that repeat on lattices, and a rest that stands once. What few copies are in view is drawn corner
// by corner; of many, one is drawn and repeated as a pattern; where a copy is a few pixels, its lattice is one tint.
"use strict";
(() => {
  const root = document.getElementById("viewer");
  if (!root) return;
  const data = JSON.parse(document.getElementById("layout-data").textContent);
  const canvas = root.querySelector("canvas");
  const context = canvas.getContext("2d");
  const status = root.querySelector(".status");
  const tip = root.querySelector(".tip");

  const CORNERS = 250000; // drawn one by one in a frame
  const FLAT = 3; // px of a copy below which its lattice is one tint
  const STAMP = 1024; // px of the largest stamp
  const MOST_MARKS = 400; // copies of a finding that are marked one by one
  const HATCHES = ["/", "\\", "x", "-", "|", ".", "+", "="];

  let shapes = [];
  let view = { x: 0, y: 0, scale: 1 };
  let size = { width: 1, height: 1, dpr: 1 };
  let pointer = null;
  let selected = -1;
  let ruler = null; // { points: [[x, y], ...] }
  let waiting = false;
  let flight = 0;
  let printing = false;
  let showsCentre = false;

  // ---- shapes ------------------------------------------------------------------------------------------------------

  const inflated = async (text) => {
    const bytes = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Int32Array(await new Response(stream).arrayBuffer());
  };

  const unpacked = (words) => {
    const count = words[0];
    const rings = words.subarray(1, 1 + count);
    const total = rings.reduce((sum, n) => sum + n, 0);
    const corners = words.subarray(1 + count, 1 + count + total);
    const start = 1 + count + total;
    const points = (words.length - start) / 2;
    const found = [];
    let ring = 0;
    let at = 0;
    for (let number = 0; number < count; number += 1) {
      const offsets = [0];
      for (let k = 0; k < rings[number]; k += 1) offsets.push(offsets[k] + corners[ring + k]);
      const length = offsets[offsets.length - 1];
      const xs = new Float64Array(length);
      const ys = new Float64Array(length);
      let x = 0;
      let y = 0;
      for (let k = 0; k < length; k += 1) {
        x += words[start + at + k];
        y += words[start + points + at + k];
        xs[k] = x / 1000;
        ys[k] = y / 1000;
      }
      found.push(shapeOf(xs, ys, offsets));
      ring += rings[number];
      at += length;
    }
    return found;
  };

  const shapeOf = (xs, ys, offsets) => {
    const boxes = [];
    const whole = [Infinity, Infinity, -Infinity, -Infinity];
    let area = 0;
    for (let r = 0; r + 1 < offsets.length; r += 1) {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let k = offsets[r]; k < offsets[r + 1]; k += 1) {
        box[0] = Math.min(box[0], xs[k]); box[1] = Math.min(box[1], ys[k]);
        box[2] = Math.max(box[2], xs[k]); box[3] = Math.max(box[3], ys[k]);
        const next = k + 1 < offsets[r + 1] ? k + 1 : offsets[r];
        area += (xs[k] * ys[next] - xs[next] * ys[k]) / 2;
      }
      boxes.push(box);
      whole[0] = Math.min(whole[0], box[0]); whole[1] = Math.min(whole[1], box[1]);
      whole[2] = Math.max(whole[2], box[2]); whole[3] = Math.max(whole[3], box[3]);
    }
    return { xs, ys, offsets, boxes, box: whole, area: Math.abs(area), paths: new Map() };
  };

  const contains = (shape, x, y) => {
    if (x < shape.box[0] || x > shape.box[2] || y < shape.box[1] || y > shape.box[3]) return false;
    let inside = false;
    const { xs, ys, offsets, boxes } = shape;
    for (let r = 0; r < boxes.length; r += 1) {
      const box = boxes[r];
      if (x < box[0] || x > box[2] || y < box[1] || y > box[3]) continue;
      for (let k = offsets[r], before = offsets[r + 1] - 1; k < offsets[r + 1]; before = k, k += 1) {
        if (ys[k] > y !== ys[before] > y
          && x < ((xs[before] - xs[k]) * (y - ys[k])) / (ys[before] - ys[k]) + xs[k]) inside = !inside;
      }
    }
    return inside;
  };

  const meets = (a, b) => a[0] <= b[2] && a[2] >= b[0] && a[1] <= b[3] && a[3] >= b[1];

  // The outline of a shape for fills, and for strokes without what is only the border of a cell.
  const pathOf = (shape, fineness, border, window) => {
    const level = fineness > 0.002 ? Math.floor(Math.log2(fineness)) : -99;
    const key = `${level} ${border}`;
    if (!window && shape.paths.has(key)) return shape.paths.get(key);
    const least = level > -99 ? 2 ** level : 0;
    const fill = new Path2D();
    const stroke = new Path2D();
    let count = 0;
    const { xs, ys, offsets, boxes } = shape;
    const onBorder = (a, b) => border !== null
      && ((near(xs[a], border[0]) && near(xs[b], border[0])) || (near(xs[a], border[2]) && near(xs[b], border[2]))
        || (near(ys[a], border[1]) && near(ys[b], border[1])) || (near(ys[a], border[3]) && near(ys[b], border[3])));
    for (let r = 0; r < boxes.length; r += 1) {
      const box = boxes[r];
      if (window && !meets(box, window)) continue;
      if (box[2] - box[0] < least && box[3] - box[1] < least) {
        if (box[2] - box[0] >= least / 8) fill.rect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
        count += 1;
        continue;
      }
      let last = offsets[r];
      const first = last;
      fill.moveTo(xs[first], ys[first]);
      stroke.moveTo(xs[first], ys[first]);
      for (let k = first + 1; k < offsets[r + 1]; k += 1) {
        if (Math.abs(xs[k] - xs[last]) < least && Math.abs(ys[k] - ys[last]) < least) continue;
        fill.lineTo(xs[k], ys[k]);
        if (onBorder(last, k)) stroke.moveTo(xs[k], ys[k]); else stroke.lineTo(xs[k], ys[k]);
        last = k;
        count += 1;
      }
      fill.closePath();
      if (!onBorder(last, first)) stroke.lineTo(xs[first], ys[first]);
    }
    const made = { fill, stroke, count };
    if (!window) {
      if (shape.paths.size > 12) shape.paths.clear();
      shape.paths.set(key, made);
    }
    return made;
  };

  const near = (a, b) => Math.abs(a - b) < 0.0005;

  // ---- view --------------------------------------------------------------------------------------------------------

  const boxOf = () => {
    const [w, h] = [size.width / view.scale / 2, size.height / view.scale / 2];
    return [view.x - w, view.y - h, view.x + w, view.y + h];
  };
  const toScreen = (x, y) => [(x - view.x) * view.scale + size.width / 2, size.height / 2 - (y - view.y) * view.scale];
  const toPlate = (x, y) => [(x - size.width / 2) / view.scale + view.x, (size.height / 2 - y) / view.scale + view.y];
  const holding = (box, share) => {
    const scale = Math.min(size.width / Math.max(box[2] - box[0], 1e-3), size.height / Math.max(box[3] - box[1], 1e-3));
    return { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2, scale: limited(scale * share) };
  };
  const limited = (scale) => {
    const whole = data.whole;
    const least = 0.2 * Math.min(size.width / (whole[2] - whole[0]), size.height / (whole[3] - whole[1]));
    return Math.min(Math.max(scale, least), 2000);
  };
  const show = (next) => { cancelAnimationFrame(flight); view = next; draw(); if (showsCentre) announce(); };
  const fly = (next) => {
    cancelAnimationFrame(flight);
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) { show(next); return; }
    const from = view;
    const begun = performance.now();
    const step = (now) => {
      const share = Math.min((now - begun) / 350, 1);
      const eased = share * share * (3 - 2 * share);
      const scale = from.scale * (next.scale / from.scale) ** eased;
      // Moves with the zoom: far away first, near the place last.
      const moved = Math.abs(next.scale - from.scale) < 1e-9 * from.scale ? eased
        : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / next.scale);
      view = share < 1 ? { x: from.x + (next.x - from.x) * moved, y: from.y + (next.y - from.y) * moved, scale } : next;
      draw();
      if (share < 1) flight = requestAnimationFrame(step); else if (showsCentre) announce();
    };
    flight = requestAnimationFrame(step);
  };
  const zoom = (factor, x = size.width / 2, y = size.height / 2) => {
    const [px, py] = toPlate(x, y);
    const scale = limited(view.scale * factor);
    show({ x: px - (x - size.width / 2) / scale, y: py + (y - size.height / 2) / scale, scale });
  };
  const fit = () => fly(holding(data.whole, 0.94));
  const middleSite = () => {
    let best = null;
    for (const [x, y, columns, rows, dx, dy] of data.sites) {
      const i = dx ? Math.min(Math.max(Math.round((view.x - x) / dx), 0), columns - 1) : 0;
      const j = dy ? Math.min(Math.max(Math.round((view.y - y) / dy), 0), rows - 1) : 0;
      const place = [x + i * dx, y + j * dy];
      const distance = Math.hypot(place[0] - view.x, place[1] - view.y);
      if (!best || distance < best.distance) best = { place, distance };
    }
    return best ? best.place : [0, 0];
  };
  const site = () => {
    const [x, y] = middleSite();
    const cell = data.cell;
    fly(holding([x + cell[0], y + cell[1], x + cell[2], y + cell[3]], 0.94));
  };

  // ---- drawing -----------------------------------------------------------------------------------------------------

  const draw = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; paint(); });
  };

  const colours = () => {
    const style = getComputedStyle(root);
    const value = (name) => style.getPropertyValue(name).trim();
    return { ground: value("--canvas"), ink: value("--ink"), faint: value("--faint"), paper: value("--paper"),
      error: value("--error"), warning: value("--warning"), waived: value("--waived"), accent: value("--link") };
  };
  let theme = colours();

  const isDark = () => !printing && matchMedia("(prefers-color-scheme: dark)").matches;

  // Colours of layers are those of the layer properties; on a dark ground the darkest are lifted, and only for lines.
  const inkOf = (layer) => {
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(layer.colour.slice(at, at + 2), 16));
    const light = (0.299 * r + 0.587 * g + 0.114 * b) / 255;
    const mix = isDark() ? (light < 0.35 ? [255, 0.4] : null) : (light > 0.8 ? [0, 0.35] : null);
    if (!mix) return layer.colour;
    const mixed = [r, g, b].map((value) => Math.round(value + (mix[0] - value) * mix[1]));
    return `rgb(${mixed.join(" ")})`;
  };

  const hatched = (layer, dpr) => {
    const step = Math.round(8 * dpr);
    const tile = document.createElement("canvas");
    tile.width = tile.height = step;
    const brush = tile.getContext("2d");
    brush.globalAlpha = 0.3;
    brush.fillStyle = layer.colour;
    brush.fillRect(0, 0, step, step);
    brush.globalAlpha = 0.8;
    brush.strokeStyle = brush.fillStyle = inkOf(layer);
    brush.lineWidth = dpr;
    const line = (...points) => {
      brush.beginPath();
      for (let k = 0; k < points.length; k += 4) {
        brush.moveTo(points[k] * step, points[k + 1] * step);
        brush.lineTo(points[k + 2] * step, points[k + 3] * step);
      }
      brush.stroke();
    };
    const rising = [-0.5, 0.5, 0.5, -0.5, 0, 1, 1, 0, 0.5, 1.5, 1.5, 0.5];
    const falling = [-0.5, 0.5, 0.5, 1.5, 0, 0, 1, 1, 0.5, -0.5, 1.5, 0.5];
    const draws = {
      "/": () => line(...rising), "\\": () => line(...falling), x: () => line(...rising, ...falling),
      "-": () => line(0, 0.5, 1, 0.5), "|": () => line(0.5, 0, 0.5, 1), "+": () => line(0, 0.5, 1, 0.5, 0.5, 0, 0.5, 1),
      "=": () => line(0, 0.25, 1, 0.25, 0, 0.75, 1, 0.75),
      ".": () => { for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]]) {
        brush.fillRect(x * step - dpr, y * step - dpr, 2 * dpr, 2 * dpr); } },
    };
    draws[layer.hatch]();
    return tile;
  };

  const fillOf = (layer) => {
    const key = `${size.dpr} ${isDark()}`;
    if (layer.fillKey !== key) {
      layer.fillKey = key;
      layer.fill = context.createPattern(hatched(layer, size.dpr), "repeat");
      layer.stamps = new Map();
    }
    return layer.fill;
  };

  // Which copies of a shape on a lattice a box shows: first and last column and row, or null.
  const seen = ([x, y, columns, rows, dx, dy], box, window) => {
    const range = (first, step, count, low, high, from, to) => {
      if (!step) return first + low <= to && first + high >= from ? [0, 0] : null;
      const start = Math.max(0, Math.ceil((from - high - first) / step - 1e-9));
      const end = Math.min(count - 1, Math.floor((to - low - first) / step + 1e-9));
      return start <= end ? [start, end] : null;
    };
    const across = range(x, dx, columns, box[0], box[2], window[0], window[2]);
    const along = across && range(y, dy, rows, box[1], box[3], window[1], window[3]);
    return along && { i0: across[0], i1: across[1], j0: along[0], j1: along[1],
      count: (across[1] - across[0] + 1) * (along[1] - along[0] + 1) };
  };

  const copiesIn = (layer, window) => {
    const found = [];
    for (const [number, place, cell] of layer.tiles) {
      const shape = shapes[number];
      for (const lattice of data.places[place]) {
        const range = seen(lattice, shape.box, window);
        if (range) found.push({ shape, lattice, range, cell });
      }
    }
    if (layer.rest >= 0 && meets(shapes[layer.rest].box, window)) {
      const range = { i0: 0, i1: 0, j0: 0, j1: 0, count: 1 };
      found.push({ shape: shapes[layer.rest], lattice: [0, 0, 1, 1, 0, 0], range, cell: layer.edge });
    }
    return found;
  };

  const place = (x, y) => {
    const s = view.scale * size.dpr;
    const [px, py] = toScreen(x, y);
    context.setTransform(s, 0, 0, -s, px * size.dpr, py * size.dpr);
  };

  const paintCopies = (layer, { shape, lattice, range, cell }, window) => {
    const [x, y, , , dx, dy] = lattice;
    const fineness = 0.3 / view.scale;
    const isLarge = shape.xs.length > 20000;
    const fill = fillOf(layer);
    context.lineWidth = 1 / view.scale;
    context.strokeStyle = inkOf(layer);
    for (let j = range.j0; j <= range.j1; j += 1) {
      for (let i = range.i0; i <= range.i1; i += 1) {
        const [cx, cy] = [x + i * dx, y + j * dy];
        const local = [window[0] - cx, window[1] - cy, window[2] - cx, window[3] - cy];
        const covers = local[0] <= shape.box[0] && local[1] <= shape.box[1]
          && local[2] >= shape.box[2] && local[3] >= shape.box[3];
        const path = pathOf(shape, fineness, cell, isLarge && !covers ? local : null);
        place(cx, cy);
        if (layer.kind !== "reference") {
          fill.setTransform(context.getTransform().inverse());
          context.fillStyle = fill;
          context.fill(path.fill, "evenodd");
        }
        context.stroke(path.stroke);
      }
    }
  };

  const stampOf = (layer, shape, cell, width, height) => {
    const key = `${shapes.indexOf(shape)} ${width} ${height}`;
    if (!layer.stamps.has(key)) {
      if (layer.stamps.size > 40) layer.stamps.clear();
      const stamp = document.createElement("canvas");
      stamp.width = width;
      stamp.height = height;
      const brush = stamp.getContext("2d");
      const [sx, sy] = [width / (cell[2] - cell[0]), height / (cell[3] - cell[1])];
      const path = pathOf(shape, 0.4 / sx, cell, null);
      brush.setTransform(sx, 0, 0, -sy, -cell[0] * sx, cell[3] * sy);
      brush.lineWidth = size.dpr / sx;
      if (layer.kind !== "reference") {
        if (Math.min(width, height) > 24) {
          const fill = brush.createPattern(hatched(layer, size.dpr), "repeat");
          fill.setTransform(brush.getTransform().inverse());
          brush.fillStyle = fill;
        } else {
          brush.globalAlpha = 0.6;
          brush.fillStyle = layer.colour;
        }
        brush.fill(path.fill, "evenodd");
      }
      brush.globalAlpha = Math.min(width, height) > 24 ? 1 : 0.3;
      brush.strokeStyle = inkOf(layer);
      brush.stroke(path.stroke);
      layer.stamps.set(key, stamp);
    }
    return layer.stamps.get(key);
  };

  // All copies of a lattice in view at once, at a cost that does not depend on how many they are.
  const paintLattice = (layer, { shape, lattice, range, cell }) => {
    const [x, y, , , dx, dy] = lattice;
    const around = [dx || cell[2] - cell[0], dy || cell[3] - cell[1]];
    const low = [(cell[0] + cell[2] - around[0]) / 2, (cell[1] + cell[3] - around[1]) / 2];
    const box = [low[0], low[1], low[0] + around[0], low[1] + around[1]];
    const s = view.scale * size.dpr;
    const [left, bottom] = toScreen(x + range.i0 * dx + box[0], y + range.j0 * dy + box[1]);
    const [wide, high] = [(range.i1 - range.i0 + 1) * around[0] * s, (range.j1 - range.j0 + 1) * around[1] * s];
    context.setTransform(1, 0, 0, 1, left * size.dpr, bottom * size.dpr - high);
    if (Math.min(around[0], around[1]) * view.scale < FLAT) {
      context.globalAlpha = layer.kind === "reference" ? 0.08 : 0.12 + 0.5 * Math.min(shape.area / (around[0] * around[1]), 1);
      context.fillStyle = layer.colour;
      context.fillRect(0, 0, wide, high);
      context.globalAlpha = 1;
      return;
    }
    const width = Math.max(1, Math.min(STAMP, Math.round(around[0] * s)));
    const height = Math.max(1, Math.min(STAMP, Math.round(around[1] * s)));
    const pattern = context.createPattern(stampOf(layer, shape, box, width, height), "repeat");
    pattern.setTransform(new DOMMatrix([around[0] * s / width, 0, 0, around[1] * s / height, 0, 0]));
    context.fillStyle = pattern;
    context.fillRect(0, 0, wide, high);
  };

  const paint = () => {
    const begun = performance.now();
    const window = boxOf();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = theme.ground;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const jobs = layersUp.filter((layer) => layer.shown).map((layer) => ({ layer, copies: copiesIn(layer, window) }));
    const corners = ({ shape, range }) => range.count * Math.min(shape.xs.length,
      4 * shape.boxes.length + 40 * view.scale * (shape.box[2] - shape.box[0] + shape.box[3] - shape.box[1]));
    const total = jobs.reduce((sum, job) => sum + job.copies.reduce((part, copy) => part + corners(copy), 0), 0);
    let drawn = 0;
    for (const { layer, copies } of jobs) {
      fillOf(layer);
      for (const copy of copies) {
        const isFew = copy.range.count === 1 || (total <= CORNERS && copy.range.count <= 2000);
        if (isFew) paintCopies(layer, copy, window); else paintLattice(layer, copy);
        drawn += isFew ? copy.range.count : 1;
      }
    }
    context.setTransform(size.dpr, 0, 0, size.dpr, 0, 0);
    paintNames(window);
    if (marksBox.checked) data.findings.forEach((finding, number) => paintFinding(finding, number, window));
    if (ruler) paintRuler();
    if (showsCentre) paintCentre();
    paintBar();
    canvas.dataset.box = window.map((value) => value.toFixed(4)).join(",");
    canvas.dataset.drawn = drawn;
    canvas.dataset.milliseconds = (performance.now() - begun).toFixed(1);
    canvas.dataset.frames = Number(canvas.dataset.frames || 0) + 1;
  };

  const label = (text, x, y, align = "center") => {
    context.textAlign = align;
    context.lineWidth = 3;
    context.strokeStyle = theme.ground;
    context.lineJoin = "round";
    context.strokeText(text, x, y);
    context.fillStyle = theme.ink;
    context.fillText(text, x, y);
  };

  // Names of pads and mounting pads, where they are large enough to hold them.
  const paintNames = (window) => {
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    const ranges = data.sites.map((lattice) => [lattice, seen(lattice, data.cell, window)]).filter(([, range]) => range);
    if (ranges.reduce((sum, [, range]) => sum + range.count, 0) > 60) return;
    for (const [lattice, range] of ranges) {
      for (let j = range.j0; j <= range.j1; j += 1) {
        for (let i = range.i0; i <= range.i1; i += 1) {
          const [cx, cy] = [lattice[0] + i * lattice[4], lattice[1] + j * lattice[5]];
          for (const [kind, name, , number] of data.terminals) {
            if (kind === "lead") continue;
            const box = shapes[number].box;
            const room = Math.min(box[2] - box[0], box[3] - box[1]) * view.scale;
            const text = kind === "contact" ? name.slice(name.indexOf(".") + 1) : name;
            if (room < 14 || (box[2] - box[0]) * view.scale < 5 + 5.5 * text.length) continue;
            const high = kind === "mounting pad" ? box[3] - 12 / view.scale : (box[1] + box[3]) / 2;
            const [x, y] = toScreen(cx + (box[0] + box[2]) / 2, cy + high);
            label(text, x, y);
          }
        }
      }
    }
  };

  const paintFinding = (finding, number, window) => {
    if (!finding.box) return;
    const [wide, high] = [finding.box[2] - finding.box[0], finding.box[3] - finding.box[1]];
    const isSelected = number === selected;
    context.strokeStyle = theme[finding.kind];
    context.lineWidth = isSelected ? 3 : 1.5;
    context.setLineDash({ error: [], warning: [6, 3], waived: [2, 3] }[finding.kind]);
    const mark = (x, y, w, h) => {
      const [left, top] = toScreen(x, y + h);
      let [a, b, c, d] = [left, top, w * view.scale, h * view.scale];
      const least = isSelected ? 18 : 9;
      if (c < least) { a -= (least - c) / 2; c = least; }
      if (d < least) { b -= (least - d) / 2; d = least; }
      context.strokeRect(a - 2, b - 2, c + 4, d + 4);
      if (finding.kind === "error" && c < 40 && d < 40) {
        context.beginPath();
        context.moveTo(a, b); context.lineTo(a + c, b + d); context.moveTo(a + c, b); context.lineTo(a, b + d);
        context.stroke();
      }
    };
    const lattices = finding.places.length ? finding.places : [[finding.box[0], finding.box[1], 1, 1, 0, 0]];
    for (const lattice of lattices) {
      const range = seen(lattice, [0, 0, wide, high], window);
      if (!range) continue;
      const [x, y, , , dx, dy] = lattice;
      if (range.count > MOST_MARKS) {
        mark(x + range.i0 * dx, y + range.j0 * dy, (range.i1 - range.i0) * dx + wide, (range.j1 - range.j0) * dy + high);
        continue;
      }
      for (let j = range.j0; j <= range.j1; j += 1) {
        for (let i = range.i0; i <= range.i1; i += 1) mark(x + i * dx, y + j * dy, wide, high);
      }
    }
    context.setLineDash([]);
  };

  const rulerWords = ([[x0, y0], [x1, y1]]) => {
    const shown = (value) => Number(value.toFixed(3)).toString();
    return `${shown(Math.hypot(x1 - x0, y1 - y0))} µm (x ${shown(x1 - x0)}, y ${shown(y1 - y0)})`;
  };

  const paintRuler = () => {
    const ends = ruler.points.length === 1 && pointer ? [ruler.points[0], snapped(pointer)] : ruler.points;
    if (!ends.length) return;
    const placed = ends.map(([x, y]) => toScreen(x, y));
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    for (const [x, y] of placed) {
      context.beginPath();
      context.arc(x, y, 4, 0, 2 * Math.PI);
      context.stroke();
    }
    if (placed.length < 2) return;
    context.beginPath();
    context.moveTo(...placed[0]);
    context.lineTo(...placed[1]);
    context.stroke();
    context.font = "bold 13px system-ui, sans-serif";
    label(rulerWords(ends), (placed[0][0] + placed[1][0]) / 2, (placed[0][1] + placed[1][1]) / 2 - 14);
  };

  const paintCentre = () => {
    const [x, y] = [size.width / 2, size.height / 2];
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x - 10, y); context.lineTo(x + 10, y); context.moveTo(x, y - 10); context.lineTo(x, y + 10);
    context.stroke();
  };

  const paintBar = () => {
    const most = Math.min(160, size.width / 3) / view.scale;
    const unit = 10 ** Math.floor(Math.log10(most));
    const length = unit * [5, 2, 1].find((factor) => factor * unit <= most);
    const [x, y] = [12, size.height - 14];
    context.fillStyle = theme.ground;
    context.globalAlpha = 0.8;
    context.fillRect(x - 6, y - 18, length * view.scale + 12, 26);
    context.globalAlpha = 1;
    context.fillStyle = theme.ink;
    context.fillRect(x, y, length * view.scale, 3);
    context.font = "12px system-ui, sans-serif";
    context.textBaseline = "alphabetic";
    context.textAlign = "left";
    context.fillText(length >= 1000 ? `${length / 1000} mm` : `${Number(length.toPrecision(3))} µm`, x, y - 4);
  };

  // ---- what lies under a point -------------------------------------------------------------------------------------

  const copyAt = (copies, x, y) => {
    for (const { shape, lattice, range } of copies) {
      const [x0, y0, , , dx, dy] = lattice;
      for (let j = range.j0; j <= range.j1; j += 1) {
        for (let i = range.i0; i <= range.i1; i += 1) {
          if (contains(shape, x - x0 - i * dx, y - y0 - j * dy)) return true;
        }
      }
    }
    return false;
  };

  const siteAt = (x, y) => {
    for (const lattice of data.sites) {
      const range = seen(lattice, data.cell, [x, y, x, y]);
      if (!range) continue;
      const [x0, y0, , , dx, dy, row, column, step] = lattice;
      return { row: row + range.j0 * step, column: column + range.i0, at: [x0 + range.i0 * dx, y0 + range.j0 * dy] };
    }
    return null;
  };

  const lyingAt = (x, y) => {
    const names = layersUp.filter((layer) => layer.shown && copyAt(copiesIn(layer, [x, y, x, y]), x, y))
      .map((layer) => layer.name).reverse();
    const where = siteAt(x, y);
    const named = where ? data.terminals.filter(([, , , number]) =>
      contains(shapes[number], x - where.at[0], y - where.at[1])) : [];
    return { names, where, named };
  };

  const words = (x, y) => {
    const { names, where, named } = lyingAt(x, y);
    return [
      ...named.map(([kind, name, net]) => `${kind} ${name}${net ? `, net ${net}` : ""}`),
      names.length ? names.join(", ") : "no layer that is shown",
      where ? `site in column ${where.column + 1}, row ${where.row + 1}` : "outside the sites",
    ];
  };

  const tell = (x, y, [sx, sy]) => {
    const lines = words(x, y);
    const where = `x ${x.toFixed(3)}, y ${y.toFixed(3)} µm`;
    status.textContent = ruler && ruler.points.length === 2 ? `${rulerWords(ruler.points)}; ${where}`
      : [where, ...lines].join("; ");
    tip.replaceChildren(...lines.map((line) => {
      const row = document.createElement("div");
      row.textContent = line;
      return row;
    }));
    tip.hidden = false;
    const room = tip.getBoundingClientRect();
    tip.style.left = `${Math.min(sx + 14, Math.max(0, size.width - room.width - 4))}px`;
    tip.style.top = `${sy + 18 + room.height > size.height ? Math.max(0, sy - room.height - 10) : sy + 18}px`;
  };

  // Says what lies in the middle, for who moves by keys.
  const announce = () => {
    status.textContent = ruler && ruler.points.length === 2 ? rulerWords(ruler.points)
      : [`middle: x ${view.x.toFixed(3)}, y ${view.y.toFixed(3)} µm`, ...words(view.x, view.y)].join("; ");
  };

  // The corner nearest to a point, where one is near enough to be meant.
  const snapped = ([x, y]) => {
    const reach = 9 / view.scale;
    let best = [x, y];
    let least = reach;
    for (const layer of layersUp.filter((one) => one.shown)) {
      for (const { shape, lattice, range } of copiesIn(layer, [x - reach, y - reach, x + reach, y + reach])) {
        if (range.count > 50) continue;
        for (let j = range.j0; j <= range.j1; j += 1) {
          for (let i = range.i0; i <= range.i1; i += 1) {
            const [cx, cy] = [lattice[0] + i * lattice[4], lattice[1] + j * lattice[5]];
            const { xs, ys, offsets, boxes } = shape;
            for (let r = 0; r < boxes.length; r += 1) {
              const [l, b, rt, t] = boxes[r];
              if (x - cx < l - reach || x - cx > rt + reach || y - cy < b - reach || y - cy > t + reach) continue;
              for (let k = offsets[r]; k < offsets[r + 1]; k += 1) {
                const distance = Math.hypot(xs[k] + cx - x, ys[k] + cy - y);
                if (distance < least) { least = distance; best = [xs[k] + cx, ys[k] + cy]; }
              }
            }
          }
        }
      }
    }
    return best;
  };

  const measure = (point) => {
    if (ruler.points.length === 2) ruler.points = [];
    ruler.points.push(snapped(point));
    if (ruler.points.length === 2) status.textContent = rulerWords(ruler.points);
    canvas.dataset.ruler = ruler.points.length === 2
      ? Math.hypot(ruler.points[1][0] - ruler.points[0][0], ruler.points[1][1] - ruler.points[0][1]).toFixed(4) : "";
    draw();
  };

  // ---- legend ------------------------------------------------------------------------------------------------------

  data.layers.forEach((layer, number) => { layer.hatch = HATCHES[number % HATCHES.length]; layer.stamps = new Map(); });
  const rank = { reference: 0, tooling: 1, "as-built": 2, mask: 2, design: 2 };
  const layersUp = [...data.layers].sort((a, b) => rank[a.kind] - rank[b.kind] || b.size - a.size);

  const swatches = new Map();
  const paintSwatches = () => {
    for (const [layer, swatch] of swatches) {
      swatch.width = 28 * size.dpr;
      swatch.height = 16 * size.dpr;
      const brush = swatch.getContext("2d");
      if (layer.kind !== "reference") {
        brush.fillStyle = brush.createPattern(hatched(layer, size.dpr), "repeat");
        brush.fillRect(0, 0, swatch.width, swatch.height);
      }
      brush.strokeStyle = inkOf(layer);
      brush.lineWidth = 2 * size.dpr;
      brush.strokeRect(0, 0, swatch.width, swatch.height);
    }
  };

  const made = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const legend = root.querySelector(".legend");
  const marksBox = made("input", { type: "checkbox", checked: true });
  const groupsOf = () => {
    const groups = new Map();
    for (const layer of data.layers) groups.set(layer.kind, [...(groups.get(layer.kind) || []), layer]);
    return groups;
  };
  for (const [kind, layers] of groupsOf()) {
    const whole = made("input", { type: "checkbox" });
    const boxes = layers.map((layer) => made("input", { type: "checkbox", checked: layer.shown, value: layer.name }));
    const tally = () => {
      const on = layers.filter((layer) => layer.shown).length;
      whole.checked = on === layers.length;
      whole.indeterminate = on > 0 && on < layers.length;
    };
    const rows = layers.map((layer, number) => {
      const swatch = made("canvas", { className: "swatch" });
      swatch.setAttribute("aria-hidden", "true");
      swatches.set(layer, swatch);
      boxes[number].addEventListener("change", () => { layer.shown = boxes[number].checked; tally(); draw(); });
      return made("label", { title: layer.doc }, boxes[number], swatch,
        made("span", { className: "name", textContent: layer.name }), " ",
        made("small", { textContent: layer.gds.join("/") }));
    });
    whole.addEventListener("change", () => {
      layers.forEach((layer, number) => { layer.shown = boxes[number].checked = whole.checked; });
      tally();
      draw();
    });
    tally();
    legend.append(made("fieldset", {}, made("legend", {}, made("label", {}, whole, ` ${kind}`)), ...rows));
  }
  if (data.findings.some((finding) => finding.box)) {
    marksBox.addEventListener("change", draw);
    legend.append(made("fieldset", {}, made("label", {}, marksBox, made("span", { textContent: "marks of findings" }))));
  }

  // ---- pointer, keys, buttons --------------------------------------------------------------------------------------

  const pointers = new Map();
  let dragged = 0;
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    pointers.set(event.pointerId, at(event));
    dragged = 0;
    showsCentre = false;
  });
  canvas.addEventListener("pointermove", (event) => {
    const now = at(event);
    pointer = toPlate(...now);
    const before = pointers.get(event.pointerId);
    if (!before) {
      tell(...pointer, now);
      if (ruler) draw();
      return;
    }
    const others = [...pointers].filter(([id]) => id !== event.pointerId).map(([, place_]) => place_);
    pointers.set(event.pointerId, now);
    dragged += Math.hypot(now[0] - before[0], now[1] - before[1]);
    tip.hidden = true;
    if (others.length) {
      const [ox, oy] = others[0];
      zoom(Math.hypot(now[0] - ox, now[1] - oy) / Math.max(Math.hypot(before[0] - ox, before[1] - oy), 1),
        (now[0] + ox) / 2, (now[1] + oy) / 2);
    } else if (dragged > 3) {
      show({ ...view, x: view.x - (now[0] - before[0]) / view.scale, y: view.y + (now[1] - before[1]) / view.scale });
    }
  });
  const released = (event) => {
    if (pointers.delete(event.pointerId) && event.type === "pointerup" && dragged <= 3 && ruler) measure(toPlate(...at(event)));
  };
  canvas.addEventListener("pointerup", released);
  canvas.addEventListener("pointercancel", released);
  canvas.addEventListener("pointerleave", () => { pointer = null; tip.hidden = true; });
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const lines = event.deltaMode === 1 ? 30 : 1;
    zoom(2 ** (-Math.max(-300, Math.min(300, event.deltaY * lines)) / 240), ...at(event));
  }, { passive: false });
  canvas.addEventListener("dblclick", (event) => { if (!ruler) zoom(2, ...at(event)); });

  const rulerButton = root.querySelector("[data-do=ruler]");
  const turnRuler = () => {
    ruler = ruler ? null : { points: [] };
    rulerButton.setAttribute("aria-pressed", String(Boolean(ruler)));
    canvas.classList.toggle("measuring", Boolean(ruler));
    if (ruler) status.textContent = "Ruler: click two points, or press Enter with each in the middle; corners are caught.";
    draw();
  };
  const pan = (dx, dy) => show({ ...view, x: view.x + dx * size.width / view.scale, y: view.y + dy * size.height / view.scale });
  const actions = {
    fit, site, ruler: turnRuler, closer: () => zoom(1.5), farther: () => zoom(1 / 1.5),
    left: () => pan(-0.1, 0), right: () => pan(0.1, 0), up: () => pan(0, 0.1), down: () => pan(0, -0.1),
    point: () => { if (ruler) measure([view.x, view.y]); },
    leave: () => { if (ruler) turnRuler(); },
  };
  for (const button of root.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => actions[button.dataset.do]());
  }
  const keys = { ArrowLeft: "left", ArrowRight: "right", ArrowUp: "up", ArrowDown: "down", "+": "closer", "=": "closer",
    "-": "farther", _: "farther", f: "fit", 0: "fit", Home: "fit", s: "site", r: "ruler", Enter: "point", Escape: "leave" };
  canvas.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    showsCentre = true;
    actions[action]();
    draw();
  });
  canvas.addEventListener("blur", () => { showsCentre = false; draw(); });

  // ---- findings ----------------------------------------------------------------------------------------------------

  const flyTo = (number) => {
    const box = data.findings[number].box;
    selected = number;
    marksBox.checked = true;
    const least = 0.5;
    const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
    const [w, h] = [Math.max(box[2] - box[0], least) / 2, Math.max(box[3] - box[1], least) / 2];
    root.scrollIntoView({ block: "nearest" });
    canvas.focus({ preventScroll: true });
    fly(holding([x - w, y - h, x + w, y + h], 0.3));
    status.textContent = data.findings[number].label;
  };
  for (const button of document.querySelectorAll("button[data-finding]")) {
    button.addEventListener("click", () => {
      for (const row of document.querySelectorAll("tr[aria-current]")) row.removeAttribute("aria-current");
      button.closest("tr").setAttribute("aria-current", "true");
      flyTo(Number(button.dataset.finding));
    });
  }

  // ---- beginning ---------------------------------------------------------------------------------------------------

  const measured = () => {
    const frame = canvas.getBoundingClientRect();
    const before = size;
    size = { width: Math.max(frame.width, 1), height: Math.max(frame.height, 1), dpr: window.devicePixelRatio || 1 };
    canvas.width = Math.round(size.width * size.dpr);
    canvas.height = Math.round(size.height * size.dpr);
    theme = colours();
    return before;
  };
  const refresh = () => {
    const before = measured();
    if (before.width > 1) view = { ...view, scale: view.scale * Math.min(size.width / before.width, size.height / before.height) };
    paintSwatches();
    if (shapes.length || !data.layers.length) paint();
  };
  const printed = (is) => () => { printing = is; refresh(); };
  const begin = async () => {
    try {
      shapes = unpacked(await inflated(document.getElementById("layout-shapes").textContent));
    } catch (error) {
      status.textContent = `The layout cannot be shown: ${error.message}. A browser of 2023 or later is needed.`;
      return;
    }
    measured();
    paintSwatches();
    view = holding(data.whole, 0.94);
    paint();
    new ResizeObserver(refresh).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", refresh);
    window.addEventListener("beforeprint", printed(true));
    window.addEventListener("afterprint", printed(false));
    canvas.dataset.ready = "true";
  };
  begin();
})();
