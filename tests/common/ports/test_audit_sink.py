"""Audit entries reach each kind of sink, and what a sink does not take is an error that is tried again."""

from __future__ import annotations

import base64
import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from dreamseed import kafka_rest
from dreamseed.aws import clients, kinesis
from dreamseed.errors import MissingGrant, Unavailable
from dreamseed.kafka_rest import KafkaRestSink
from dreamseed.needs import audit_sink, secret
from dreamseed.ports import audit_sink as port
from dreamseed.ports.grants import Grants

ORG_ID = str(uuid4())
NO_SETTINGS: Callable[[], dict[str, Any]] = dict


def records(count: int = 3, first: int = 1) -> list[dict[str, Any]]:
    return [
        {"org_id": ORG_ID, "seq": seq, "at": "2026-01-15T09:30:00+00:00", "action": "sign_in", "reason": "é"}
        for seq in range(first, first + count)
    ]


class KafkaProxy(HTTPServer):
    """Confluent's REST proxy as far as producing goes: versions 2 and 3, with a topic in memory.

    Version 2: https://docs.confluent.io/platform/current/kafka-rest/api.html#post--topics-(string-topic_name)
    Version 3: https://docs.confluent.io/platform/current/kafka-rest/api.html#records-v3
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.topic: list[tuple[Any, Any]] = []
        self.requests: list[dict[str, str]] = []
        self.faults: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: KafkaProxy

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append({name.lower(): value for name, value in self.headers.items()})
        fault = self.server.faults.pop(0) if self.server.faults else ""
        if fault.isdecimal():
            return self._reply(int(fault), {"error_code": int(fault), "message": "no"})
        if self.path == "/topics/audit" and "vnd.kafka.json.v2+json" in self.headers["content-type"]:
            return self._second(json.loads(body)["records"], fault)
        if self.path == "/v3/clusters/lkc-1/topics/audit/records":
            return self._third([json.loads(line) for line in body.splitlines()], fault)
        self._reply(404, {"error_code": 40401, "message": "Topic not found."})

    def _second(self, sent: list[Any], fault: str) -> None:
        offsets: list[Any] = []
        for record in sent:
            if fault == "record" and not offsets:
                offsets.append({"partition": None, "offset": None, "error_code": 50003, "error": "leader is gone"})
                continue
            self.server.topic.append((record["key"], record["value"]))
            offsets.append({"partition": 0, "offset": len(self.server.topic), "error_code": None, "error": None})
        self._reply(200, {"key_schema_id": None, "value_schema_id": None, "offsets": offsets[fault == "short" :]})

    def _third(self, sent: list[Any], fault: str) -> None:
        replies: list[Any] = []
        for record in sent:
            assert record["key"]["type"] == record["value"]["type"] == "JSON"
            if fault == "record" and not replies:
                replies.append({"error_code": 50302, "message": "leader is gone"})
                continue
            self.server.topic.append((record["key"]["data"], record["value"]["data"]))
            place = {"cluster_id": "lkc-1", "topic_name": "audit", "partition_id": 0}
            replies.append({"error_code": 200, **place, "offset": len(self.server.topic)})
        self._reply(200, *replies[fault == "short" :])

    def _reply(self, status: int, *documents: Any) -> None:
        body = "\n".join(json.dumps(document) for document in documents).encode()
        self.send_response(status)
        if status == 302:
            self.send_header("location", f"{self.server.url}/elsewhere")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def proxy() -> Iterator[KafkaProxy]:
    server = KafkaProxy()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def at(proxy: KafkaProxy, path: str, authorization: str | None = None) -> port.SinkAdapter:
    """The sink at an address of the proxy's; it does not really wait between attempts."""
    return KafkaRestSink(proxy.url + path, authorization, sleep=lambda seconds: None)


BOTH = pytest.mark.parametrize("path", ["/topics/audit", "/v3/clusters/lkc-1/topics/audit"])


@BOTH
def test_kafka_gets_entries_in_their_order_with_their_organisation_as_key(path: str, proxy: KafkaProxy) -> None:
    at(proxy, path, "Bearer secret").send(records())

    assert proxy.topic == [(ORG_ID, record) for record in records()]
    assert proxy.requests[0]["authorization"] == "Bearer secret"


@BOTH
@pytest.mark.parametrize("fault", ["500", "429", "record", "short"])
def test_what_kafka_does_not_take_is_tried_again(path: str, fault: str, proxy: KafkaProxy) -> None:
    proxy.faults = [fault]

    at(proxy, path).send(records())

    assert len(proxy.requests) == 2
    assert {value["seq"] for _, value in proxy.topic} == {1, 2, 3}


@BOTH
@pytest.mark.parametrize("fault", ["503", "401", "302", "record", "short"])
def test_what_kafka_never_takes_is_left_to_the_queue(path: str, fault: str, proxy: KafkaProxy) -> None:
    proxy.faults = [fault] * 10

    with pytest.raises(Unavailable) as raised:
        at(proxy, path).send(records())

    assert raised.value.code == "audit_sink_unavailable"
    assert len(proxy.requests) == 1 + len(kafka_rest.PAUSES_SECONDS)


def test_a_topic_that_is_not_there_is_an_error(proxy: KafkaProxy) -> None:
    with pytest.raises(Unavailable, match="404"):
        at(proxy, "/topics/nothing").send(records())


def test_a_proxy_that_is_not_there_is_an_error(proxy: KafkaProxy) -> None:
    with pytest.raises(Unavailable):
        KafkaRestSink("http://127.0.0.1:1/topics/audit", sleep=lambda seconds: None).send(records())


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "eu-central-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    clients._client.cache_clear()
    with mock_aws():
        client = boto3.client("kinesis")
        client.create_stream(StreamName="audit", ShardCount=2)
        yield client
    clients._client.cache_clear()


def taken(client: Any) -> list[dict[str, Any]]:
    """What is on the stream, shard by shard."""
    found = []
    for shard in client.list_shards(StreamName="audit")["Shards"]:
        place = {"StreamName": "audit", "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = client.get_shard_iterator(**place)["ShardIterator"]
        found += client.get_records(ShardIterator=iterator)["Records"]
    return found


def test_kinesis_gets_entries_in_their_order_on_one_shard(stream: Any) -> None:
    port.adapter_at("kinesis://audit", NO_SETTINGS).send(records())

    assert [json.loads(each["Data"]) for each in taken(stream)] == records()
    assert {each["PartitionKey"] for each in taken(stream)} == {ORG_ID}


def test_kinesis_gets_so_many_entries_at_once_as_it_takes(stream: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinesis, "BATCH_SIZE", 2)

    port.adapter_at("kinesis://audit", NO_SETTINGS).send(records(5))

    assert [json.loads(each["Data"])["seq"] for each in taken(stream)] == [1, 2, 3, 4, 5]


def test_a_stream_that_is_not_there_is_an_error(stream: Any) -> None:
    with pytest.raises(Unavailable):
        port.adapter_at("kinesis://nothing", NO_SETTINGS).send(records())


def test_a_record_that_a_shard_turns_away_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        def put_records(self, **request: Any) -> dict[str, Any]:
            code = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "slow down"}
            return {
                "FailedRecordCount": 1,
                "Records": [code, *[{"SequenceNumber": "1"}] * (len(request["Records"]) - 1)],
            }

    monkeypatch.setattr(kinesis, "client", lambda service: Busy())

    with pytest.raises(Unavailable, match="ProvisionedThroughputExceededException"):
        kinesis.KinesisSink("audit").send(records())


def test_files_get_a_line_for_each_entry_and_one_file_for_each_day(tmp_path: Path) -> None:
    sink = port.adapter_at((tmp_path / "audit").as_uri(), NO_SETTINGS)

    sink.send(records(2))
    sink.send([{**records(1, 3)[0], "at": "2026-01-16T00:00:00+00:00"}])

    assert sorted(path.name for path in (tmp_path / "audit").iterdir()) == ["2026-01-15.ndjson", "2026-01-16.ndjson"]
    lines = (tmp_path / "audit" / "2026-01-15.ndjson").read_text().splitlines()
    assert [json.loads(line) for line in lines] == records(2)


def test_our_own_log_gets_a_line_for_each_entry(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("dreamseed.audit")
    log.addHandler(caplog.handler)
    with caplog.at_level("INFO", logger="dreamseed.audit"):
        port.adapter_at("log:", NO_SETTINGS).send(records(1))
    log.removeHandler(caplog.handler)

    assert {vars(each)["audit_key"] for each in caplog.records} == {f"{ORG_ID}:1"}
    assert vars(caplog.records[0])["entry"] == records(1)[0]


def test_an_address_of_no_known_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="audit sink"):
        port.adapter_at("smtp://nowhere", NO_SETTINGS)


def test_the_operators_authorization_is_sent_once_there_is_one(
    proxy: KafkaProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dreamseed.ports.secrets import forget_secrets

    path = tmp_path / "audit_sink"
    monkeypatch.setenv("DREAMSEED_SECRET_AUDIT_SINK", path.as_uri())
    monkeypatch.setenv("DREAMSEED_AUDIT_SINK_MAIN", f"kafka+{proxy.url}/topics/audit")
    sink = port.AuditSink(Grants("stream", (audit_sink(), secret("audit_sink"))))
    basic = "Basic " + base64.b64encode(b"user:word").decode()

    for said in ("ab" * 32, json.dumps({"authorization": basic})):
        path.write_text(said)
        forget_secrets()
        sink.send(records(1))

    assert [request.get("authorization") for request in proxy.requests] == [None, basic]


def test_a_sink_must_be_granted() -> None:
    with pytest.raises(MissingGrant, match=r"audit_sink\(\)"):
        port.AuditSink(Grants("stream", ())).send(records())
