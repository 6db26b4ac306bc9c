"""The network: only what talks to the database is in it.

public      NAT gateways, nothing else
functions   functions and batch jobs that are granted the database; they reach the world through NAT
database    Aurora and its proxy; no way out
"""

from __future__ import annotations

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from infra.cdk.logs import make_log_group
from infra.resources import Environment

AVAILABILITY_ZONES = 2
"""Aurora needs two; a template that names no region cannot ask for more."""

FUNCTIONS = ec2.SubnetSelection(subnet_group_name="functions")
DATABASE = ec2.SubnetSelection(subnet_group_name="database")


class Network(Construct):
    """The VPC, and the security group that every caller of the database shares.

    One group rather than one per function: a proxy's group takes at most 60 rules, and Lambda makes one network
    interface per subnet and group. Which database role a function may use is a matter of its IAM policy.
    """

    def __init__(self, scope: Construct, id: str, environment: Environment, key: kms.IKey) -> None:
        super().__init__(scope, id)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=AVAILABILITY_ZONES,
            nat_gateways=environment.nat_gateways,
            restrict_default_security_group=False,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=26, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(name="functions", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=19),
                ec2.SubnetConfiguration(name="database", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=24),
            ],
            gateway_endpoints={"Objects": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        )
        self._log_flows(environment, key)
        self.callers = ec2.SecurityGroup(
            self,
            "Callers",
            vpc=self.vpc,
            description="What uses the database",
            allow_all_outbound=False,
        )
        self.callers.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS services and providers, over TLS")

    def _log_flows(self, environment: Environment, key: kms.IKey) -> None:
        group = make_log_group(self, "FlowLogs", environment, key)
        self.vpc.add_flow_log(
            "Rejected",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(group),
            traffic_type=ec2.FlowLogTrafficType.REJECT,
        )
