"""The lessons as slides: where each cell stands, on stage in JupyterLab, and as decks."""
