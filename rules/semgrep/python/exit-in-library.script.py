import sys


def read(path):
    try:
        return open(path).read()
    except FileNotFoundError:
        # ok: exit-in-library
        sys.exit(1)


if __name__ == "__main__":
    print(read(sys.argv[1]))
