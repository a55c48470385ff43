"""Points with the decision of a person about each, invented: to see how suggestions do where there is more than the sample has.

Nobody said any of this. It is made hard in the ways real points are: the same is said in many words, half a point is about something else,
some say next to nothing, what decides is often a detail; and the person who decides wavers, makes mistakes and changes their mind half-way.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from priorities.suggestions.learning import Example, Goes

RUN = Goes("going_concern")
DIGITAL = Goes("regional_priority", "Digitale veiligheid")
CRIME = Goes("regional_priority", "Georganiseerde ondermijnende criminaliteit")
YOUTH = Goes("local_priority", "Jeugd")
IMPACT = Goes("within_priority", "High Impact Crimes")
YOUTH_POLICY = Goes("other_policy", "Jeugdbeleid")
TRAFFIC_POLICY = Goes("other_policy", "Verkeer en vervoer")
CARE_POLICY = Goes("other_policy", "Zorg en welzijn")
REGION = Goes("other_body", "Veiligheidsregio")
WORDS_CHAPTER = Goes("other_chapter", "Communicatie")
NOT = Goes("not_taken_up")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something people speak of, in the words they use, and what usually becomes of it."""

    subjects: Sequence[str]
    said: Sequence[str]
    usually: Goes
    turns: tuple[tuple[str, Goes], ...] = ()
    """A detail that may be added, and what it makes of the decision."""


TOPICS = (
    Topic(
        ("Digitale veiligheid", "Oplichting", "Cybercrime"),
        (
            "mijn moeder is gebeld door iemand die zei van de bank te zijn",
            "ouderen krijgen nepberichten via WhatsApp van zogenaamde kinderen",
            "we kregen een brief met een valse QR-code over parkeerbelasting",
            "wie geld kwijtraakt via internet weet niet waar hij terechtkan",
            "phishing komt in onze straat elke week voor",
            "ondernemers worden gegijzeld met software en betalen liever dan dat ze melden",
        ),
        DIGITAL,
        (("kan de gemeente er een avond over houden", WORDS_CHAPTER), ("en wat als het stroomnet of het water uitvalt", REGION)),
    ),
    Topic(
        ("Ondermijning", "Criminaliteit", "Buitengebied"),
        (
            "in de loods aan de rand van het dorp komen 's nachts auto's zonder kenteken",
            "er is een kapperszaak waar nooit een klant zit",
            "boeren worden benaderd om hun schuur te verhuren",
            "in het bos zijn weer vaten met drugsafval gevonden",
            "een vakantiepark waar mensen zonder adres wonen is vragen om problemen",
            "witwassen via vastgoed gebeurt ook in een rustig dorp",
        ),
        CRIME,
        (("melden durft niemand, zeker niet met naam", CRIME), ("er worden jonge jongens voor ingezet", YOUTH)),
    ),
    Topic(
        ("Sociale veiligheid", "Jeugd", "Overlast"),
        (
            "groepen jongeren hangen elke avond bij het winkelcentrum",
            "bij het speeltuintje zitten tieners met lachgas en harde muziek",
            "scooters scheuren 's avonds over het schoolplein",
            "de jeugd intimideert voorbijgangers bij de bushalte",
            "na elf uur schreeuwen en vernielen ze het bankje bij de haven",
            "hangjongeren laten overal blikjes en peuken achter",
        ),
        YOUTH,
        (
            ("geef ze liever een plek waar ze terechtkunnen", YOUTH_POLICY),
            ("het is vooral de rommel die stoort", RUN),
            ("er wordt ook gedeald", CRIME),
        ),
    ),
    Topic(
        ("Verkeer", "Fysieke veiligheid", "Snelheid"),
        (
            "er wordt veel te hard gereden op de doorgaande weg",
            "fatbikes rijden dertig over de stoep",
            "bij de school parkeren ouders op het fietspad",
            "de oversteek bij de dorpsstraat is levensgevaarlijk",
            "sluipverkeer rijdt door de woonwijk om de file te ontwijken",
            "auto's staan dubbel geparkeerd zodat de brandweer er niet door kan",
        ),
        RUN,
        (("leg een drempel of een zebrapad aan", TRAFFIC_POLICY), ("graag meer controles van de politie", RUN)),
    ),
    Topic(
        ("Inbraak", "Veelvoorkomende criminaliteit", "Woninginbraak"),
        (
            "in een maand is er drie keer ingebroken in onze straat",
            "inbrekers kwamen via het dakraam terwijl wij thuis waren",
            "babbeltrucs aan de deur bij mensen die alleen wonen",
            "een overval op de juwelier heeft diepe indruk gemaakt",
            "uit de schuur zijn elektrische fietsen gestolen",
            "we zien vreemde busjes langzaam door de buurt rijden",
        ),
        IMPACT,
        (("voorlichting over sloten en verlichting zou helpen", IMPACT), ("de aangifte verdween in een la", RUN)),
    ),
    Topic(
        ("Vernieling", "Openbare ruimte", "Overlast"),
        (
            "het bushokje is voor de derde keer stukgeslagen",
            "graffiti op de muur van het gemeentehuis blijft weken staan",
            "prullenbakken worden met vuurwerk opgeblazen",
            "er ligt altijd afval naast de containers",
            "lantaarns zijn kapot en niemand maakt ze",
            "honden lopen los in het park en hun poep blijft liggen",
        ),
        RUN,
        (("een camera zou veel schelen", NOT), ("het zijn steeds dezelfde pubers", YOUTH)),
    ),
    Topic(
        ("Zorg en veiligheid", "Leefbaarheid", "Buurt"),
        (
            "een verwarde buurman loopt 's nachts schreeuwend over straat",
            "achter een voordeur vermoeden wij huiselijk geweld",
            "er slaapt al weken iemand in het portiek",
            "ouderen in de flat zijn eenzaam en bang",
            "de ruzie tussen twee buren loopt uit de hand",
            "iemand met een verslaving valt klanten lastig bij de supermarkt",
        ),
        CARE_POLICY,
        (("de wijkagent kent de situatie", RUN), ("we zijn bang dat er iets ergs gebeurt", CARE_POLICY)),
    ),
    Topic(
        ("Rampen en crisis", "Fysieke veiligheid", "Crisisbeheersing"),
        (
            "wat moeten we doen als de stroom drie dagen uitvalt",
            "bij de laatste storm wist niemand waar hij heen kon",
            "het waterpeil baart bewoners van de haven zorgen",
            "de sirene horen wij in onze straat niet",
            "een natuurbrand op de hei kan de wijk zo bereiken",
            "de gemeente zou vaker een ramp moeten oefenen",
        ),
        REGION,
        (("zet op de website wat we in huis moeten hebben", WORDS_CHAPTER), ("oefen met de buurt", RUN)),
    ),
    Topic(
        ("Zichtbaarheid", "Politie en boa's", "Veiligheidsgevoel"),
        (
            "we zien nooit meer een agent op straat",
            "de boa's komen alleen voor parkeerbonnen",
            "ik fiets 's avonds niet meer door het tunneltje",
            "het politiebureau is dicht en bellen duurt lang",
            "ik voel me hier minder veilig dan vroeger",
            "de wijkagent moet drie dorpen doen",
        ),
        RUN,
        (("vertel vaker wat er wél goed gaat", WORDS_CHAPTER), ("heropen het bureau in het dorp", NOT)),
    ),
    Topic(
        ("Evenementen en uitgaan", "Horeca", "Geluid"),
        (
            "de bas van het festival dreunt tot twee uur door de wijk",
            "bij het café wordt elk weekend gevochten",
            "boten varen met harde muziek en veel drank door de haven",
            "tijdens de kermis plassen mensen in de tuin",
            "met oud en nieuw is het hier oorlog door zwaar vuurwerk",
            "terrassen gaan veel te laat dicht",
        ),
        RUN,
        (("verbied het gewoon", NOT), ("jongeren onder de achttien krijgen gewoon drank", YOUTH)),
    ),
)
OPENINGS = (
    "",
    "",
    "",
    "Al jaren is het zo: ",
    "Namens de straat: ",
    "Ik maak me zorgen, want ",
    "Wat ons opvalt: ",
    "De fractie merkt op: ",
    "Vorige week nog: ",
    "Eerlijk gezegd, ",
    "Kunt u hier iets aan doen? ",
    "Ter aanvulling op de avond: ",
    "Vraag: ",
)
ENDINGS = (
    "",
    "",
    "",
    "Doe er iets aan.",
    "Dit hoort in het plan.",
    "Wij denken graag mee.",
    "Het wordt elk jaar erger.",
    "Dank voor uw werk.",
    "Mijn buren vinden dat ook.",
    "Wanneer horen wij iets?",
    "Vroeger was dit anders.",
    "Het kost ons nachtrust.",
)
VAGUE = (
    "Houd het dorp veilig.",
    "Zie mijn brief van vorig jaar.",
    "Eens met de vorige spreker.",
    "Alles gaat hier achteruit.",
    "Er moet meer geld naar veiligheid.",
    "Handhaven!",
    "Ga zo door.",
    "Dit geldt ook voor onze kern.",
)

VAGUE_SHARE, TWO_TOPICS_SHARE, TURN_SHARE, MISTAKE_SHARE, TYPING_ERROR_SHARE = 0.06, 0.22, 0.35, 0.08, 0.15


def points(number: int, seed: int = 4) -> list[Example]:
    """So many invented points in the order in which they were decided; the same on every machine."""
    chance = random.Random(seed)  # noqa: S311 - the same points every time
    return [_point(chance, key, late=key > number * 0.6) for key in range(1, number + 1)]


def _point(chance: random.Random, key: int, *, late: bool) -> Example:
    if chance.random() < VAGUE_SHARE:
        subject = chance.choice(chance.choice(TOPICS).subjects)
        return Example(key, f"{subject}\n{chance.choice(VAGUE)} {chance.choice(ENDINGS)}", chance.choice((NOT, NOT, RUN, WORDS_CHAPTER)))
    # Some things are said far more often than others.
    topic, other = (chance.choices(TOPICS, weights=(6, 4, 9, 12, 6, 8, 4, 3, 7, 5))[0] for _ in range(2))
    sentences, goes = [chance.choice(topic.said)], topic.usually
    if chance.random() < TWO_TOPICS_SHARE and other is not topic:
        sentences.append(chance.choice(other.said))
        if chance.random() < 0.3:  # the person finds the second thing the point
            topic, goes = other, other.usually
    if topic.turns and chance.random() < TURN_SHARE:
        detail, turned = chance.choice(topic.turns)
        sentences.append(detail)
        goes = turned if chance.random() < 0.8 else goes
    if late and goes == YOUTH and chance.random() < 0.4:  # half-way the person hears what the budget for youth is
        goes = RUN
    if chance.random() < MISTAKE_SHARE:
        goes = chance.choice((RUN, RUN, NOT, YOUTH, CRIME, CARE_POLICY, TRAFFIC_POLICY))
    said = f"{chance.choice(OPENINGS)}{'; '.join(sentences)}. {chance.choice(ENDINGS)}"
    if chance.random() < TYPING_ERROR_SHARE:
        said = _mistyped(chance, said)
    return Example(key, f"{chance.choice(topic.subjects)}\n{said.strip()}", goes)


def _mistyped(chance: random.Random, text: str) -> str:
    """Two letters changed places, three times."""
    letters = list(text)
    for _ in range(3):
        at = chance.randrange(len(letters) - 1)
        letters[at], letters[at + 1] = letters[at + 1], letters[at]
    return "".join(letters)
