"""The draw: the protocol ``ssj-draw/1`` as pure functions.

Nothing here reads a clock, a store or a source of chance: secret, contributions and lists are given. The way of a draw is

==================  =====================================================================================
``identity``        the one spelling of a candidate's id, the names of strata
``manifest``        the frozen list of candidates
``quota``           how many of a stratum are drawn
``record``          lines ``key: value``
``plan``            the text of the plan whose hash is committed
``sealing``         the blinded ids and the root over them, under the secret of the attempt
``merkle``          the tree (RFC 6962) and its paths
``commitment``      the commit text, made before the witnesses contribute
``entropy``         contributions, receipts and the entropy text, made after
``selection``       tickets, who is drawn, who comes next
``proof``           what one company needs to check its own place
``team``            inspectors, places, who holds them
``assignment``      who inspects whom
``roster``          the same, as the auditor's bundle holds it
``bundle``          the auditor's bundle
``shape``           what came as JSON, as the types it must have
``reading``         a bundle, part by part
``verdict``         what a verification found
``verification``    the bundle, recomputed from nothing but itself
``summary``         a bundle in a few numbers
==================  =====================================================================================
"""
