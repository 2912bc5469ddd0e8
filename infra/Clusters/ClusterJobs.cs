using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Kubernetes.Batch.V1;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Batch.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// A pool that takes jobs from a queue: a Job at each beginning of its hours, of as many pods as the plan has replicas, which ends with them. Each pod is an engine and the
/// machines' own runner beside it, or one that trains; what is done is kept in the bucket, so that a job goes on elsewhere when its node is taken away or its hours are over.
/// </summary>
internal sealed class ClusterJobs : ComponentResource
{
    /// <summary>The service account of pods that take jobs.</summary>
    public const string Account = "runner";

    /// <summary>The object with the runner's files.</summary>
    public const string Files = "runner-files";

    /// <summary>Where containers find them.</summary>
    public const string Path = "/etc/gpuinfra-runner";

    public ClusterJobs(PoolPlan plan, ClusterPlace place, ClusterWeights weights, PodImages images, Output<string> queue, RunnerCredentials credentials, ComponentResourceOptions options)
        : base("gpuinfra:clusters:Jobs", plan.Pool.Id, options)
    {
        var (pool, jobs, window) = (plan.Pool, plan.Queue!, plan.Pool.Window!);
        var trains = plan.FineTuning is not null;
        var labels = ClusterLabels.Of(pool, trains ? TrainingPod.Role : "job");
        var runner = Runner(place.Region, plan, jobs, weights, queue);
        var pod = trains ? TrainingPod.Of(place.Region, plan, weights, images.Training!, runner, credentials) : WithEngine(place.Region, plan, weights, images.Engine, runner);
        pod.ServiceAccountName = Account;
        pod.RestartPolicy = "Never"; // The queue gives a job that is begun to somebody else.
        pod.Volumes.Add(new VolumeArgs { Name = Files, ConfigMap = new ConfigMapVolumeSourceArgs { Name = Files } });
        _ = new CronJob(pool.Id, new CronJobArgs
        {
            Metadata = new ObjectMetaArgs { Name = pool.Id, Namespace = ClusterNames.Serving, Labels = labels },
            Spec = new CronJobSpecArgs
            {
                Schedule = WindowSchedule.Start(window),
                TimeZone = window.TimeZone,
                ConcurrencyPolicy = "Forbid",
                StartingDeadlineSeconds = 600,
                SuccessfulJobsHistoryLimit = 1,
                FailedJobsHistoryLimit = 3,
                JobTemplate = new JobTemplateSpecArgs
                {
                    Spec = new JobSpecArgs
                    {
                        Parallelism = pool.Replicas,
                        ActiveDeadlineSeconds = (int)window.Length.TotalSeconds,
                        BackoffLimit = 10 * pool.Replicas, // Spot takes pods away; each counts as a failure.
                        TtlSecondsAfterFinished = 86_400,
                        Template = new PodTemplateSpecArgs { Metadata = trains ? new ObjectMetaArgs { Labels = labels, Annotations = credentials.Annotations } : new ObjectMetaArgs { Labels = labels }, Spec = pod },
                    },
                },
            },
        }, new CustomResourceOptions { Parent = this }.Formerly(pool));
        RegisterOutputs();
    }

    /// <summary>Makes what all pools with jobs share.</summary>
    public static void Prepare(ClusterPlace place, RunnerCredentials credentials, CustomResourceOptions options)
    {
        var trains = place.Region.Trains;
        if (trains)
        {
            credentials.Prepare(options);
        }

        _ = new ServiceAccount($"{place.Region.Name}-{Account}", new ServiceAccountArgs
        {
            Metadata = new ObjectMetaArgs { Name = Account, Namespace = ClusterNames.Serving },
            AutomountServiceAccountToken = false,
        }, options);
        _ = new ConfigMap($"{place.Region.Name}-{Files}", new ConfigMapArgs
        {
            Metadata = new ObjectMetaArgs { Name = Files, Namespace = ClusterNames.Serving },
            Data = new[] { "jobs.py", "main.py" }.Concat(trains ? ["beside.py", "train.py"] : Array.Empty<string>()).ToDictionary(file => file, file => EmbeddedText.Read($"runner/{file}")),
        }, options);
    }

    private static PodSpecArgs WithEngine(RegionFleet region, PoolPlan plan, ClusterWeights weights, string image, ContainerArgs runner)
    {
        var pod = EnginePod.Of(region, plan, weights, image);
        pod.InitContainers = EnginePod.WithEngineBeside(region, plan, weights, image);
        pod.Containers = [runner];
        return pod;
    }

    private static ContainerArgs Runner(RegionFleet region, PoolPlan plan, JobQueue jobs, ClusterWeights weights, Output<string> queue)
    {
        (string Key, Input<string> Value)[] settings =
        [
            ("CLOUD", region.Cloud.Name()), ("REGION", region.Region), ("BUCKET", weights.Bucket), ("QUEUE", queue), ("SERVING", plan.Pool.Serving),
            ("MODEL", plan.Pool.Engine.Model), ("FIRST_PORT", Number(EnginePorts.First)), ("REPLICAS", "1"), ("PLACES", Number(plan.Pool.Engine.MaxConcurrency)),
            ("CHECKPOINT_SECONDS", Number((int)jobs.Checkpoint.TotalSeconds)), ("LEASE_SECONDS", Number(RunnerSource.LeaseSeconds)), ("HOME", "/tmp"), ("PYTHONDONTWRITEBYTECODE", "1"), ("POD", "yes"),
        ];
        return new ContainerArgs
        {
            Name = "runner",
            Image = weights.Image,
            Command = { "python3", $"{Path}/main.py" },
            Env = settings.Select(setting => new EnvVarArgs { Name = setting.Key, Value = setting.Value }).ToList(),
            SecurityContext = EnginePod.Unprivileged(),
            Resources = new ResourceRequirementsArgs { Requests = { ["cpu"] = "100m", ["memory"] = "256Mi" }, Limits = { ["memory"] = "1Gi" } },
            VolumeMounts = { new VolumeMountArgs { Name = EnginePod.Scratch, MountPath = "/tmp" }, new VolumeMountArgs { Name = Files, MountPath = Path, ReadOnly = true } },
        };
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
