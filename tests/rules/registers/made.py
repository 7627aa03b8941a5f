"""Made-up numbers with check digits that hold."""

from rules.codes import CREDIT_CODE_ALPHABET, credit_code_check, identity_check, registration_check


def credit_code(number: int, kind: str = "91", division: str = "410928") -> str:
    """A 统一社会信用代码 of nobody."""
    body = ""
    for _ in range(9):
        number, value = divmod(number, len(CREDIT_CODE_ALPHABET))
        body = CREDIT_CODE_ALPHABET[value] + body
    code = f"{kind}{division}{body}"
    return code + credit_code_check(code)


def registration_number(number: int, first: str = "0", division: str = "410928") -> str:
    """A registration number of 15 digits of nobody."""
    body = f"{division}{first}{number:07d}"
    return body + registration_check(body)


def identity_number(birth: str = "19900101", serial: str = "001", division: str = "410928") -> str:
    """An identity number of nobody: the division is real, the serial need not be."""
    body = f"{division}{birth}{serial}"
    return body + identity_check(body)
