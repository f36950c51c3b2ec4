def pay(amount, account):
    # ruleid: assert-for-validation
    assert amount > 0
    # ruleid: assert-for-validation
    assert account.is_open(), "closed"
    return amount


def narrow(value, other):
    # ok: assert-for-validation
    assert isinstance(value, str)
    # ok: assert-for-validation
    assert other is not None
    return value


def test_pay(amount):
    # ok: assert-for-validation
    assert amount == 1


def inner():
    total = 1
    # ok: assert-for-validation
    assert total == 1


def checked(amount):
    # ok: assert-for-validation
    if amount <= 0:
        raise ValueError("amount must be positive")
