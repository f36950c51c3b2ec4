"""Failures of mail and FTP servers, made to happen against servers that refuse."""

from __future__ import annotations

import email.message
import ftplib
import imaplib
import poplib
import smtplib
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from tests.rules.provoked.row import Row, closed_port
from tests.rules.provoked.servers import talking

HOST = "127.0.0.1"
EHLO = b"250-me\r\n250 AUTH PLAIN\r\n"
REFUSED = b"550 no\r\n"
IMAP_HELLO = (b"* OK hi\r\n", b"* CAPABILITY IMAP4REV1\r\nTAG OK done\r\n")
IMAP_BYE = b"* BYE\r\nTAG OK done\r\n"


def _smtp(call: Callable[[smtplib.SMTP], object], *replies: bytes) -> object:
    with talking(b"220 hi\r\n", *replies) as port, smtplib.SMTP(HOST, port, local_hostname="me") as server:
        return call(server)


def _message() -> email.message.EmailMessage:
    message = email.message.EmailMessage()
    message["From"], message["To"] = "a@example.org", "b@example.org"
    return message


def _ftp(call: Callable[[ftplib.FTP], object], *replies: bytes) -> object:
    with talking(b"220 hi\r\n", *replies) as port, ftplib.FTP() as server:
        server.connect(HOST, port)
        server.set_pasv(False)
        return call(server)


def _transfer(call: Callable[[ftplib.FTP], object]) -> object:
    """Call on a server that takes TYPE and PORT, but not the transfer itself."""
    return _ftp(call, b"200 ok\r\n", b"200 ok\r\n", REFUSED)


def _imap(call: Callable[[imaplib.IMAP4], object], *replies: bytes) -> object:
    with talking(*IMAP_HELLO, *replies, IMAP_BYE) as port, imaplib.IMAP4(HOST, port) as server:
        return call(server)


def _logged_in(server: imaplib.IMAP4) -> imaplib.IMAP4:
    server.login("me", "secret")
    return server


def _selected(server: imaplib.IMAP4) -> imaplib.IMAP4:
    _logged_in(server).select("INBOX")
    return server


def _pop(call: Callable[[poplib.POP3], object], *replies: bytes) -> object:
    with talking(b"+OK hi\r\n", *replies) as port, closing(poplib.POP3(HOST, port)) as server:
        return call(server)


def _password(server: poplib.POP3) -> None:
    server.user("me")
    server.pass_("secret")


def _ftp_connect(_: Path) -> None:
    with ftplib.FTP() as server:
        server.connect(HOST, closed_port())


OK, BAD = b"TAG OK done\r\n", b"TAG BAD no\r\n"
LIST = ("a@example.org", ["b@example.org"], "text")
ENVELOPE = (EHLO, b"250 ok\r\n", REFUSED, b"250 ok\r\n")

ROWS = [
    Row("smtplib.SMTP", "OSError", lambda _: smtplib.SMTP(HOST, closed_port(), "me")),
    Row("smtplib.SMTP_SSL", "OSError", lambda _: smtplib.SMTP_SSL(HOST, closed_port(), "me")),
    Row("smtplib.SMTP.connect", "OSError", lambda _: smtplib.SMTP(local_hostname="me").connect(HOST, closed_port())),
    Row(
        "smtplib.SMTP.login",
        "smtplib.SMTPAuthenticationError",
        lambda _: _smtp(lambda smtp: smtp.login("me", "secret"), EHLO, b"535 no\r\n"),
    ),
    Row("smtplib.SMTP.starttls", "smtplib.SMTPNotSupportedError", lambda _: _smtp(lambda smtp: smtp.starttls(), EHLO)),
    Row(
        "smtplib.SMTP.sendmail", "smtplib.SMTPException", lambda _: _smtp(lambda smtp: smtp.sendmail(*LIST), *ENVELOPE)
    ),
    Row(
        "smtplib.SMTP.send_message",
        "smtplib.SMTPException",
        lambda _: _smtp(lambda smtp: smtp.send_message(_message()), *ENVELOPE),
    ),
    Row("smtplib.SMTP.quit", "smtplib.SMTPException", lambda _: _smtp(lambda smtp: smtp.quit())),
    Row("smtplib.SMTP.ehlo", "smtplib.SMTPException", lambda _: _smtp(lambda smtp: smtp.ehlo())),
    # FTP
    Row("ftplib.FTP", "OSError", lambda _: ftplib.FTP("127.255.255.254")),
    Row("ftplib.FTP.connect", "OSError", _ftp_connect),
    Row("ftplib.FTP.login", "ftplib.error_perm", lambda _: _ftp(lambda ftp: ftp.login("me", "secret"), b"530 no\r\n")),
    Row("ftplib.FTP.retrbinary", "ftplib.error_perm", lambda _: _transfer(lambda ftp: ftp.retrbinary("RETR x", print))),
    Row("ftplib.FTP.login", "EOFError", lambda _: _ftp(lambda ftp: ftp.login("me", "secret"))),
    Row("ftplib.FTP.retrbinary", "EOFError", lambda _: _ftp(lambda ftp: ftp.retrbinary("RETR x", print))),
    Row("ftplib.FTP.retrlines", "ftplib.error_perm", lambda _: _transfer(lambda ftp: ftp.retrlines("RETR x"))),
    Row("ftplib.FTP.storbinary", "ftplib.error_perm", lambda d: _transfer(lambda ftp: ftp.storbinary("STOR x", d))),
    Row("ftplib.FTP.nlst", "ftplib.error_perm", lambda _: _transfer(lambda ftp: ftp.nlst())),
    Row("ftplib.FTP.cwd", "ftplib.error_perm", lambda _: _ftp(lambda ftp: ftp.cwd("x"), REFUSED)),
    Row("ftplib.FTP.mkd", "ftplib.error_perm", lambda _: _ftp(lambda ftp: ftp.mkd("x"), REFUSED)),
    Row("ftplib.FTP.delete", "ftplib.error_perm", lambda _: _ftp(lambda ftp: ftp.delete("x"), REFUSED)),
    Row("ftplib.FTP.size", "ftplib.error_perm", lambda _: _ftp(lambda ftp: ftp.size("x"), REFUSED)),
    # IMAP
    Row("imaplib.IMAP4", "OSError", lambda _: imaplib.IMAP4(HOST, closed_port())),
    Row("imaplib.IMAP4_SSL", "OSError", lambda _: imaplib.IMAP4_SSL(HOST, closed_port())),
    Row(
        "imaplib.IMAP4.login",
        "imaplib.IMAP4.error",
        lambda _: _imap(lambda imap: imap.login("me", "x"), b"TAG NO no\r\n"),
    ),
    Row(
        "imaplib.IMAP4.select",
        "imaplib.IMAP4.error",
        lambda _: _imap(lambda imap: _logged_in(imap).select("x"), OK, BAD),
    ),
    Row(
        "imaplib.IMAP4.fetch",
        "imaplib.IMAP4.error",
        lambda _: _imap(lambda imap: _selected(imap).fetch("1", "(RFC822)"), OK, OK, BAD),
    ),
    Row(
        "imaplib.IMAP4.search",
        "imaplib.IMAP4.error",
        lambda _: _imap(lambda imap: _selected(imap).search(None, "ALL"), OK, OK, BAD),
    ),
    # POP
    Row("poplib.POP3", "OSError", lambda _: poplib.POP3(HOST, closed_port())),
    Row("poplib.POP3_SSL", "OSError", lambda _: poplib.POP3_SSL(HOST, closed_port())),
    Row("poplib.POP3.pass_", "poplib.error_proto", lambda _: _pop(_password, b"+OK\r\n", b"-ERR no\r\n")),
    Row("poplib.POP3.retr", "poplib.error_proto", lambda _: _pop(lambda pop: pop.retr(1), b"-ERR no\r\n")),
]
