import ast


def value(text):
    # ruleid: eval-of-text
    return eval(text)


def run(text, names):
    # ruleid: eval-of-text
    exec(text, names)


def constant():
    # ok: eval-of-text
    return eval("1 + 1")


def literal(text):
    # ok: eval-of-text
    return ast.literal_eval(text)


def method(frame):
    # ok: eval-of-text
    return frame.eval("a + b")
