import logging

logger = logging.getLogger(__name__)


def login(user, password, settings):
    # ruleid: secret-in-log
    logger.info("login of %s with %s", user, password)
    # ruleid: secret-in-log
    logging.error(f"login failed: {user} {password}")
    # ruleid: secret-in-log
    print("key", settings.api_key)


def careful(user, password, settings):
    # ok: secret-in-log
    logger.info("login of %s", user)
    # ok: secret-in-log
    logger.info("password of %s was changed", user)
    # ok: secret-in-log
    settings.store(user, password)
    # ok: secret-in-log
    print("keys:", settings.key_count)
