"""One check per module, found by its file name.

A module has ``Params``, and either ``check(scene, params)``, which looks at the shapes of one class of sites, or
``judge(package, process, params)``, which looks at the package as a whole. Both yield findings; the engine stamps
rule, severity and place. The module's docstring is what ``maskgen explain`` prints: what is found, why it hurts,
how to mend it, one passing and one failing case.
"""
