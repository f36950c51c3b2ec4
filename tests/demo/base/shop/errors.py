"""What can go wrong in the shop."""


class ShopError(Exception):
    """Base of the shop's errors."""


class StockError(ShopError):
    """The stock file cannot be used."""
