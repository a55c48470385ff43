"""Points in a spreadsheet: taken along, and their rationales read back."""
