"""The stack of what runs: replaced at every deployment, and holding nothing that the database could not feed again."""

from __future__ import annotations

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as awslambda
from constructs import Construct

from dreamseed.needs import Schedule
from infra.cdk.alarms import Alarms
from infra.cdk.batch import Batch
from infra.cdk.data_stack import DataStack
from infra.cdk.delivery import Delivery, api_patterns
from infra.cdk.functions import DEPLOYMENT, FunctionStack, Surroundings, functions_by_stack, make_layers
from infra.cdk.grants import Grants, Shared
from infra.cdk.http_api import HttpApi
from infra.cdk.packaging import Packaging
from infra.cdk.queues import Queues
from infra.cdk.socket_api import SocketApi
from infra.cdk.triggers import Sources, attach
from infra.cdk.workflows import Workflows
from infra.plan import Plan
from infra.resources import AUDIT_CHECKS, SOCKET_PATH, Environment


class ApplicationStack(Stack):
    """APIs, functions, queues, workflows, jobs, delivery and alarms of one environment."""

    def __init__(
        self, scope: Construct, id: str, plan: Plan, environment: Environment, *, data: DataStack, packaging: Packaging
    ) -> None:
        super().__init__(scope, id, description=f"DreamSeed {environment.name}: the application")
        self._plan, self._environment, self._data = plan, environment, data
        self._queues = Queues(self, "Queues", environment, plan.queues)
        self._http = HttpApi(self, "Http", environment, data.key)
        self._sockets = SocketApi(self, "Sockets", environment)
        self._delivery = self._make_delivery()
        surroundings = self._make_surroundings(packaging)
        self.functions = self._make_functions(surroundings)
        self._workflows = Workflows(self, "Workflows", environment, data.key)
        self._workflows.add(plan.state_machines, self.functions)
        Batch(self, "Batch", plan, surroundings)
        self._make_alarms()
        CfnOutput(self, "WebBucket", value=self._delivery.web.bucket_name, description="Where the built pages go")
        CfnOutput(self, "Url", value=self._delivery.url, description="Where the product is")

    def _make_delivery(self) -> Delivery:
        hosts = dict.fromkeys(api_patterns(self._plan.functions), self._http.domain)
        hosts |= {SOCKET_PATH: self._sockets.domain}
        return Delivery(self, "Delivery", self._environment, data=self._data, hosts=hosts)

    def _make_surroundings(self, packaging: Packaging) -> Surroundings:
        shared = Shared(queues=self._queues.by_name, sockets=self._sockets, public_url=self._delivery.url)
        return Surroundings(
            environment=self._environment,
            packaging=packaging,
            layers=make_layers(self, packaging),
            grants=Grants(self._plan, self._environment, self._data, shared),
            network=self._data.network,
            key=self._data.key,
        )

    def _make_functions(self, surroundings: Surroundings) -> dict[str, awslambda.Function]:
        sources = Sources(http=self._http.api, sockets=self._sockets.api, queues=self._queues.by_name)
        stacks: dict[str, FunctionStack] = {}
        for name, functions in functions_by_stack(self._plan.functions).items():
            stacks[name] = stack = FunctionStack(self, name.capitalize(), functions, surroundings)
            for function in functions:
                attach(stack, function, stack.by_name[function.name], sources)
        deployment = stacks.get(DEPLOYMENT)
        for stack in stacks.values():
            if deployment is not None and stack is not deployment:
                stack.node.add_dependency(deployment)
        return {name: made for stack in stacks.values() for name, made in stack.by_name.items()}

    def _make_alarms(self) -> None:
        alarms = Alarms(self, "Alarms", self._environment, self._data.key)
        alarms.watch_http(self._http)
        alarms.watch_account()
        alarms.watch_database("database", self._data.database.cluster)
        alarms.watch_database("key-store", self._data.key_store.cluster)
        alarms.watch_audit_log({name: made for name, made in self.functions.items() if name in AUDIT_CHECKS})
        for name, pair in self._queues.by_name.items():
            alarms.watch_queue(name, pair)
        for name, machine in self._workflows.by_name.items():
            alarms.watch_workflow(name, machine)
        for function in self._plan.functions:
            if isinstance(function.needs.trigger, Schedule):
                alarms.watch_schedule(function.name, self.functions[function.name])
            if function.grant("topics", "all") is not None:
                alarms.watch_outbox(self.functions[function.name])
