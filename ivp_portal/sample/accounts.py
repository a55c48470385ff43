"""Who can log in to the sample. Plain Python that imports nothing, so that dev.py can print it without starting the portal."""

SAMPLE_PASSWORD = "veilig-wonen-in-het-gooi"  # noqa: S105 known to everyone: load_sample refuses where settings say so

# (username, full name, role of organisation.roles, slug of the area, party); a line for each area somebody works at. Nobody here exists.
SAMPLE_ACCOUNTS = (
    ("anke", "Anke Veldkamp", "policy_officer", "blaricum", ""),
    ("peter", "Peter Lindeboom", "policy_officer", "blaricum", ""),
    ("carla", "Carla Hoogeveen", "council_member", "blaricum", "Dorp & Natuur"),
    ("gerda", "Gerda Zonneveld", "clerk", "blaricum", ""),
    ("bram", "Bram Oosterling", "policy_officer", "hilversum", ""),
    ("hanna", "Hanna Terpstra", "clerk", "hilversum", ""),
    ("dirk", "Dirk Nieuwland", "district_coordinator", "gooi-en-vechtstreek", ""),
    ("dirk", "Dirk Nieuwland", "district_coordinator", "gooi-noord", ""),
    ("dirk", "Dirk Nieuwland", "district_coordinator", "gooi-zuid", ""),
    ("nora", "Nora Wijngaard", "policy_officer", "midden-nederland", ""),
)
