"""How the texts of a plan are marked up, in one sentence for those who write them."""

MARKS = "Een lege regel geeft een nieuwe alinea, ## een kop, - een opsomming, **zo** vet, *zo* cursief en ^[zo] een voetnoot."
"""How to mark up a text (priorities.markup)."""
