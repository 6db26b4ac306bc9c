"""Buckets: private, encrypted, versioned, and reached over TLS only."""

from __future__ import annotations

from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from infra.cdk.acknowledged import acknowledge
from infra.resources import Bucket, Environment

UNFINISHED_UPLOAD_DAYS = 2
ACCESS_LOG_DAYS = 90
MINIMUM_TLS_VERSION = 1.2


def make_bucket(
    scope: Construct, bucket: Bucket, environment: Environment, *, access_logs: s3.IBucket, key: kms.IKey
) -> s3.Bucket:
    """A bucket of `resources`. Public content needs no key of ours, which would have to let everybody in."""
    return s3.Bucket(
        scope,
        f"{bucket.name}-bucket",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        minimum_tls_version=MINIMUM_TLS_VERSION,
        encryption=s3.BucketEncryption.KMS if bucket.is_data else s3.BucketEncryption.S3_MANAGED,
        encryption_key=key if bucket.is_data else None,
        bucket_key_enabled=True if bucket.is_data else None,
        versioned=True,
        server_access_logs_bucket=access_logs,
        server_access_logs_prefix=f"{bucket.name}/",
        lifecycle_rules=[
            s3.LifecycleRule(
                abort_incomplete_multipart_upload_after=Duration.days(UNFINISHED_UPLOAD_DAYS),
                expiration=None if bucket.expire_after_days is None else Duration.days(bucket.expire_after_days),
                noncurrent_version_expiration=Duration.days(bucket.noncurrent_days),
            )
        ],
        removal_policy=_removal_policy(environment),
    )


def make_access_log_bucket(scope: Construct, environment: Environment) -> s3.Bucket:
    """Where buckets and the content delivery network log who read what."""
    logs = s3.Bucket(
        scope,
        "access-logs",
        block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
        enforce_ssl=True,
        minimum_tls_version=MINIMUM_TLS_VERSION,
        encryption=s3.BucketEncryption.S3_MANAGED,
        # CloudFront and S3 deliver logs by access control list.
        object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
        lifecycle_rules=[s3.LifecycleRule(expiration=Duration.days(ACCESS_LOG_DAYS))],
        removal_policy=_removal_policy(environment),
    )
    acknowledge(logs, "A bucket that logged its own accesses would log the logging.", "S1")
    return logs


def _removal_policy(environment: Environment) -> RemovalPolicy:
    return RemovalPolicy.RETAIN if environment.is_protected else RemovalPolicy.DESTROY
