"""Audit entries on a Kinesis stream. An organisation's entries share a partition key, so they keep their order."""

from __future__ import annotations

import json
from collections.abc import Sequence

from dreamseed.audit_record import Record
from dreamseed.aws.clients import client
from dreamseed.aws.errors import unavailable_on_failure
from dreamseed.errors import Unavailable

BATCH_SIZE = 500
"""Records that one request takes."""


class KinesisSink:
    """See dreamseed.ports.audit_sink.SinkAdapter. boto3 itself tries a failed request again."""

    def __init__(self, stream: str) -> None:
        self._stream = stream

    def send(self, records: Sequence[Record]) -> None:
        for begin in range(0, len(records), BATCH_SIZE):
            entries = [
                {"Data": json.dumps(record, ensure_ascii=False).encode(), "PartitionKey": record["org_id"]}
                for record in records[begin : begin + BATCH_SIZE]
            ]
            with unavailable_on_failure("putting audit entries on a stream"):
                reply = client("kinesis").put_records(StreamName=self._stream, Records=entries)
            if reply["FailedRecordCount"]:
                codes = sorted({each["ErrorCode"] for each in reply["Records"] if "ErrorCode" in each})
                detail = f"{reply['FailedRecordCount']} audit entries were not taken: {', '.join(codes)}"
                raise Unavailable(detail, code="audit_sink_unavailable", retry_after_seconds=5)
