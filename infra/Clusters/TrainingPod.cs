using System.Globalization;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace GpuInfra.Infra.Clusters;

/// <summary>
/// A pod that trains: the machines' runner, and beside it the container of the plan with all GPUs of a node. They share the job's folders and a folder by which the runner starts
/// and stops the training; the pod's rights are the runner's alone.
/// </summary>
internal static class TrainingPod
{
    /// <summary>What pods that train are, by their label.</summary>
    public const string Role = "training";

    /// <summary>The container that trains.</summary>
    public const string Container = "training";

    /// <summary>Seconds that a node which nobody takes away gives what was kept to be sent.</summary>
    private const int SendSeconds = 300;

    private const string Job = "job";
    private const string Control = "control";
    private const string Home = "home";
    private const string Shared = "shared";

    /// <summary>The folders of a job: the container's, as on machines, and whether it only reads them.</summary>
    private static readonly (string Folder, bool ReadOnly)[] Folders = [("data", true), ("checkpoints", false), ("output", false)];

    /// <summary>The pod.</summary>
    /// <param name="region">The region.</param>
    /// <param name="plan">A pool that trains.</param>
    /// <param name="weights">How weights come to it.</param>
    /// <param name="image">The image that trains, by digest.</param>
    /// <param name="runner">The runner, without what training needs besides.</param>
    /// <param name="credentials">How the runner acts for the pod's account.</param>
    public static PodSpecArgs Of(RegionFleet region, PoolPlan plan, ClusterWeights weights, string image, ContainerArgs runner, RunnerCredentials credentials)
    {
        var stop = RunnerSource.StopSeconds(plan.Pool);
        runner.Command = new InputList<string> { "python3", $"{ClusterJobs.Path}/train.py" };
        runner.Env.AddRange(new InputList<EnvVarArgs> { EnginePod.Variable("CONTROL", Folder(Control)), EnginePod.Variable("WORK", Folder(Job)), EnginePod.Variable("STOP_SECONDS", stop.ToString(CultureInfo.InvariantCulture)) });
        runner.VolumeMounts.AddRange(new InputList<VolumeMountArgs> { Mount(Job, Folder(Job)), Mount(Control, Folder(Control)) });
        runner.Resources = EnginePod.Fetching();

        var fetcher = EnginePod.Fetcher(region, plan, weights);
        var pod = EnginePod.Of(region, plan, weights, image);
        pod.TerminationGracePeriodSeconds = Math.Max(EngineTimes.StopSeconds(plan.Pool), plan.Pool.Tier == Tier.Spot ? 0 : stop + SendSeconds);
        pod.InitContainers = [fetcher, Training(plan, image)];
        pod.Containers = [runner];
        pod.Volumes.AddRange(new InputList<VolumeArgs> { Empty(Job), Empty(Control), Empty(Home) });
        if (HasShared(plan))
        {
            pod.Volumes.Add(EnginePod.Shared(Shared, FilesUse.Training));
        }

        credentials.GiveTo(pod, fetcher, runner);
        return pod;
    }

    /// <summary>It starts before the runner, stays, and ends with the pod. Nothing of the runner's is mounted into it but the job.</summary>
    private static ContainerArgs Training(PoolPlan plan, string image)
    {
        var training = new ContainerArgs
        {
            Name = Container,
            Image = image,
            RestartPolicy = "Always",
            Command = new[] { "python3", $"{ClusterJobs.Path}/beside.py" }.Concat(plan.FineTuning!.Command).ToList(),
            Env = { EnginePod.Variable("CONTROL", Folder(Control)), EnginePod.Variable("HOME", "/tmp"), EnginePod.Variable("USER", Container) },
            SecurityContext = EnginePod.Unprivileged(),
            Resources = EnginePod.Resources(plan.Pool),
            VolumeMounts =
            {
                EnginePod.WeightsMount(plan),
                EnginePod.SharedMemoryMount(),
                Mount(Control, Folder(Control)),
                Mount(Home, "/tmp"),
                new VolumeMountArgs { Name = ClusterJobs.Files, MountPath = ClusterJobs.Path, ReadOnly = true },
            },
        };
        training.VolumeMounts.AddRange(Folders.Select(folder => new VolumeMountArgs { Name = Job, MountPath = $"/{folder.Folder}", SubPath = folder.Folder, ReadOnly = folder.ReadOnly }).ToList());
        if (HasShared(plan))
        {
            training.VolumeMounts.Add(Mount(Shared, Folder(Shared)));
        }

        return training;
    }

    private static bool HasShared(PoolPlan plan) => plan.Files.Any(file => file.Use == FilesUse.Training);

    private static string Folder(string volume) => $"/{volume}";

    private static VolumeMountArgs Mount(string name, string path) => new() { Name = name, MountPath = path };

    private static VolumeArgs Empty(string name) => new() { Name = name, EmptyDir = new EmptyDirVolumeSourceArgs() };
}
