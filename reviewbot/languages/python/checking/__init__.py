"""The static checks of a draft: it parses, it is minimal, its handlers are exact, its names are bound."""
