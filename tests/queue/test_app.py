"""Celery's settings that the promises rest on, and the client of the broker."""

from __future__ import annotations

import pytest

from reviewbot.domain.errors import BrokerError
from reviewbot.queue.acks import Acks
from reviewbot.queue.app import make_app, transport_options
from reviewbot.queue.broker import Broker


def test_no_message_is_let_go_of_before_its_task_has_ended() -> None:
    conf = make_app("redis://127.0.0.1:1", 900).conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.broker_connection_retry_on_startup


def test_nothing_but_json_is_believed() -> None:
    conf = make_app("redis://127.0.0.1:1", 900).conf
    assert conf.accept_content == ["json"]
    assert conf.task_serializer == "json"
    assert not conf.worker_enable_remote_control
    assert conf.result_backend is None


@pytest.mark.parametrize("seconds", [1, 900, 3600, 86400])
def test_the_visibility_time_out_is_longer_than_any_task(seconds: int) -> None:
    conf = make_app("redis://127.0.0.1:1", seconds).conf
    assert seconds == conf.task_soft_time_limit < conf.task_time_limit
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit


def test_rabbitmq_gets_no_option_that_its_client_refuses() -> None:
    assert transport_options("amqp://guest@127.0.0.1", 900) == {}


@pytest.mark.parametrize(
    "url", ["redis://:hunter2@127.0.0.1:1/0", "redis+socket:///nowhere", "amqp://u:hunter2@127.0.0.1:1//"]
)
def test_a_broker_that_is_gone_is_one_sentence(url: str) -> None:
    broker = Broker(make_app(url, 900))
    for call in (broker.ping, lambda: broker.send([1])):
        with pytest.raises(BrokerError) as caught:
            call()
        assert "REVIEWBOT_BROKER_URL" in str(caught.value)
        assert "hunter2" not in str(caught.value)
        assert "\n" not in str(caught.value)


class Message:
    acknowledged = False


def test_a_lost_acknowledgement_breaks_the_connection_at_the_second_look() -> None:
    acks, message = Acks(), Message()
    acks.add(message)
    acks.check()  # it may still be on its way
    with pytest.raises(ConnectionResetError):
        acks.check()
    acks.check()  # once is enough


def test_an_acknowledgement_that_arrived_is_forgotten() -> None:
    acks, message = Acks(), Message()
    acks.add(message)
    acks.check()
    message.acknowledged = True
    acks.check()
    acks.check()
