"""Batch: the `Job` functions as container jobs. Nothing runs, and nothing costs, while no job is queued."""

from __future__ import annotations

from typing import Any

from aws_cdk import Duration, Size, Stack
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr_assets as ecr_assets
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from dreamseed.function import Function
from dreamseed.needs import JOB_FAILED, Job
from infra.cdk.fargate import fargate_memory_mb
from infra.cdk.functions import Surroundings
from infra.cdk.logs import make_log_group
from infra.cdk.names import physical_name
from infra.cdk.network import FUNCTIONS
from infra.cdk.roles import make_role
from infra.plan import GPU_JOB_QUEUE, Plan, job_queue_of
from infra.resources import JOBS


class Batch(Construct):
    """A queue for jobs, one for GPU jobs where there are any, and a definition for each job."""

    def __init__(self, scope: Construct, id: str, plan: Plan, surroundings: Surroundings) -> None:
        super().__init__(scope, id)
        self._surroundings = surroundings
        self._images: dict[bool, ecs.ContainerImage] = {}
        self._logs = make_log_group(self, "Logs", surroundings.environment, surroundings.key)
        for name in sorted({job_queue_of(job) for job in plan.jobs}):
            self._make_queue(name)
        for job in plan.jobs:
            if isinstance(job.needs.trigger, Job):
                self._define(job, job.needs.trigger)

    def _make_queue(self, name: str) -> None:
        compute = self._gpu_compute() if name == GPU_JOB_QUEUE else self._fargate_compute()
        batch.JobQueue(
            self,
            name,
            job_queue_name=physical_name(self._surroundings.environment, name),
            compute_environments=[batch.OrderedComputeEnvironment(compute_environment=compute, order=1)],
        )

    def _fargate_compute(self) -> batch.FargateComputeEnvironment:
        return batch.FargateComputeEnvironment(
            self,
            "Fargate",
            vpc=self._surroundings.network.vpc,
            vpc_subnets=FUNCTIONS,
            security_groups=[self._surroundings.network.callers],
            maxv_cpus=JOBS.maximum_vcpus,
        )

    def _gpu_compute(self) -> batch.ManagedEc2EcsComputeEnvironment:
        return batch.ManagedEc2EcsComputeEnvironment(
            self,
            "Gpu",
            vpc=self._surroundings.network.vpc,
            vpc_subnets=FUNCTIONS,
            security_groups=[self._surroundings.network.callers],
            instance_types=[ec2.InstanceType(JOBS.gpu_instance_type)],
            use_optimal_instance_classes=False,
            images=[batch.EcsMachineImage(image_type=batch.EcsMachineImageType.ECS_AL2023_NVIDIA)],
            minv_cpus=0,
            maxv_cpus=JOBS.maximum_gpu_vcpus,
        )

    def _define(self, job: Function, trigger: Job) -> None:
        batch.EcsJobDefinition(
            self,
            job.name,
            job_definition_name=physical_name(self._surroundings.environment, job.name),
            container=self._container(job, trigger),
            # A process that was killed goes on from its stored steps; one that has failed would only fail again.
            retry_attempts=JOBS.attempts,
            retry_strategies=[
                batch.RetryStrategy.of(batch.Action.EXIT, batch.Reason.custom(on_exit_code=str(JOB_FAILED)))
            ],
            timeout=Duration.seconds(JOBS.attempt_seconds),
            propagate_tags=True,
        )

    def _container(self, job: Function, trigger: Job) -> batch.IEcsContainerDefinition:
        grants = self._surroundings.grants
        common: dict[str, Any] = {
            "image": self._image(has_gpu=trigger.gpus > 0),
            "cpu": trigger.vcpus,
            "command": ["dreamseed.job_main", job.module],
            # Lambda sets the region by itself, and calls the variable its own; a container must be told.
            "environment": grants.environment(job) | {"AWS_DEFAULT_REGION": Stack.of(self).region},
            "job_role": make_role(self, f"{job.name}-role", "ecs-tasks.amazonaws.com", grants.statements(job)),
            "logging": ecs.LogDriver.aws_logs(stream_prefix=job.name, log_group=self._logs),
            "readonly_root_filesystem": True,
        }
        if trigger.gpus:
            return batch.EcsEc2ContainerDefinition(
                self,
                f"{job.name}-container",
                memory=Size.mebibytes(job.needs.memory_mb),
                gpu=trigger.gpus,
                **common,
            )
        return batch.EcsFargateContainerDefinition(
            self,
            f"{job.name}-container",
            memory=Size.mebibytes(fargate_memory_mb(trigger.vcpus, job.needs.memory_mb)),
            fargate_cpu_architecture=ecs.CpuArchitecture.ARM64,
            fargate_operating_system_family=ecs.OperatingSystemFamily.LINUX,
            **common,
        )

    def _image(self, *, has_gpu: bool) -> ecs.ContainerImage:
        """Our image: for Graviton, or for the Intel hosts that GPUs come with."""
        if has_gpu not in self._images:
            self._images[has_gpu] = ecs.ContainerImage.from_docker_image_asset(
                ecr_assets.DockerImageAsset(
                    self,
                    "GpuImage" if has_gpu else "Image",
                    directory=str(self._surroundings.packaging.image()),
                    platform=ecr_assets.Platform.LINUX_AMD64 if has_gpu else ecr_assets.Platform.LINUX_ARM64,
                )
            )
        return self._images[has_gpu]
