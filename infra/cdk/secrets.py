"""Secrets: made by Secrets Manager, so that no template, log or person ever holds a value."""

from __future__ import annotations

from aws_cdk import RemovalPolicy
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.cdk.acknowledged import acknowledge
from infra.resources import Environment, Secret

HEXADECIMAL = secretsmanager.SecretStringGenerator(
    password_length=64,
    exclude_characters="ghijklmnopqrstuvwxyz",
    exclude_uppercase=True,
    exclude_punctuation=True,
    require_each_included_type=False,
)
"""32 random bytes: what is left of the alphabet are the hexadecimal digits."""


def make_secret(scope: Construct, secret: Secret, environment: Environment, key: kms.IKey) -> secretsmanager.Secret:
    """The secret with a value made once; it keeps its value over deployments."""
    made = secretsmanager.Secret(
        scope,
        secret.name,
        description=secret.purpose,
        encryption_key=key,
        generate_secret_string=HEXADECIMAL,
        removal_policy=RemovalPolicy.RETAIN if environment.is_protected else RemovalPolicy.DESTROY,
    )
    acknowledge(made, "A new key must overlap with the old one, which only the application can arrange.", "SMG4")
    return made
