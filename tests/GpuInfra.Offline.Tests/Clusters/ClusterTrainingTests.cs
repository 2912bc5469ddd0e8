using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>Production on clusters with a serving that trains at night.</summary>
public class ClusterTrainingTests
{
    private const string Policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    private static readonly Lazy<Task<PreviewRecord>> Lazy = new(() => RunAsync("[python, train.py]"));

    [Fact]
    public async Task Every_policy_holds_and_the_providers_would_take_all_of_it()
    {
        var record = await Lazy.Value;
        Assert.Equal("", record.Complaints());
        Assert.Empty(record.Preview.Problems.Concat(record.Resolved.Problems));
    }

    [Fact]
    public async Task As_many_pods_as_planned_run_in_the_hours_of_the_window_and_that_is_what_is_priced()
    {
        var record = await Lazy.Value;
        var pools = Pools(record);
        Assert.Equal([CloudProvider.Aws, CloudProvider.Gcp], pools.Select(pool => pool.Cloud).Distinct().Order());
        foreach (var pool in pools)
        {
            var job = record.Of(Kube.CronJob).Single(job => job.Name == pool.Id).Inputs;
            var spec = job.At("spec", "jobTemplate", "spec");
            Assert.Equal(("0 20 * * 0,1,2,3,4,5,6", 10 * 3600, pool.Replicas), (job.TextAt("spec", "schedule"), spec.NumberAt("activeDeadlineSeconds"), spec.NumberAt("parallelism")));
            Assert.Equal(pool.GpusPerInstance, Training(job).NumberAt("resources", "limits", "nvidia.com/gpu"));
        }

        Assert.Equal(record.Fleet.Cost.Monthly, record.Costs.Machines);
    }

    [Fact]
    public async Task The_container_that_trains_has_the_jobs_folders_and_nothing_of_the_runners()
    {
        var record = await Lazy.Value;
        foreach (var job in Pools(record).Select(pool => record.Of(Kube.CronJob).Single(job => job.Name == pool.Id)))
        {
            var training = Training(job.Inputs);
            Assert.Equal(["python3", "/etc/gpuinfra-runner/beside.py", "python", "train.py"], training.ListAt("command").Select(word => word.TextAt()));
            Assert.Equal("Always", training.TextAt("restartPolicy"));
            Assert.Equal(
                ["/checkpoints rw job", "/control rw control", "/data ro job", "/dev/shm rw shared-memory", "/etc/gpuinfra-runner ro runner-files", "/model ro weights", "/output rw job", "/tmp rw home"],
                training.ListAt("volumeMounts").Select(mount => $"{mount.TextAt("mountPath")} {(mount.TextAt("readOnly") == "true" ? "ro" : "rw")} {mount.TextAt("name")}").Order(StringComparer.Ordinal));
            Assert.Equal(["CONTROL", "HOME", "USER"], training.ListAt("env").Select(variable => variable.TextAt("name")).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task On_Google_Cloud_the_runner_exchanges_a_token_that_is_its_own_and_no_other_address_is_open()
    {
        var record = await Lazy.Value;
        var pool = Pools(record).First(pool => pool.Cloud == CloudProvider.Gcp);
        var pod = PodRules.PodsOf(record.Of(Kube.CronJob).Single(job => job.Name == pool.Id)).Single();
        Assert.Equal(["weights", "runner"], PodRules.Containers(pod)
            .Where(container => container.ListAt("env").Any(variable => variable.TextAt("name") == "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE")).Select(container => container.TextAt("name")));
        var config = record.Of("kubernetes:core/v1:ConfigMap").Single(map => map.Inputs.TextAt("metadata", "name") == "google-credentials").Inputs.TextAt("data", "google.json");
        Assert.Contains("identitynamespace:acme-gpu-prod.svc.id.goog:https://container.googleapis.com/v1/projects/acme-gpu-prod/locations/us-central1/clusters/", config, StringComparison.Ordinal);

        var policies = record.Of(Policy).Where(policy => policy.Name.StartsWith("gcp-", StringComparison.Ordinal)).ToDictionary(policy => policy.Inputs.TextAt("metadata", "name")!, policy => policy.Inputs);
        Assert.Equal(["199.36.153.8/30"], policies["training-out"].ListAt("spec", "egress").SelectMany(rule => rule.ListAt("to")).Select(to => to.TextAt("ipBlock", "cidr")));
        Assert.Equal(("NotIn", "training"), (policies["names"].ListAt("spec", "podSelector", "matchExpressions").Single().TextAt("operator"), policies["names"].ListAt("spec", "podSelector", "matchExpressions").Single().ListAt("values").Single().TextAt()));
        Assert.Equal("199.36.153.8", pod.ListAt("hostAliases").Single().TextAt("ip"));
    }

    [Fact]
    public async Task On_AWS_a_training_that_gets_credentials_is_caught() =>
        Caught(await Lazy.Value, "-aws-", "no annotation", null, "metadata", "annotations", "eks.amazonaws.com/skip-containers");

    [Theory]
    [InlineData("-gcp-", "google-credentials", "the runner's token")]
    [InlineData("-aws-", "scratch", "what the runner keeps")]
    public async Task A_training_that_sees_what_is_the_runners_is_caught(string where, string volume, string says)
    {
        var record = await Lazy.Value;
        var training = (PropertyValue.Map)Training(record.Of(Kube.CronJob).First(job => job.Name.Contains(where, StringComparison.Ordinal)).Inputs);
        var planted = new PropertyValue.Map(training.Members.SetItem("volumeMounts", List(Map(("name", Text(volume)), ("mountPath", Text("/x"))))));
        Caught(record, where, says, List(planted), "spec", "initContainers");
    }

    private static void Caught(PreviewRecord record, string where, string says, PropertyValue? value, params string[] path) => Assert.Contains(
        PodRules.PodsRestricted.Find(record.With(Kube.CronJob, where, value, ["spec", "jobTemplate", "spec", "template", .. path])),
        finding => finding.Detail.Contains(says, StringComparison.Ordinal));

    [Fact]
    public async Task Without_a_command_it_is_refused_with_what_to_write()
    {
        var refused = await Assert.ThrowsAsync<PlanException>(() => RunAsync(null));
        Assert.Contains("tuned: training.command: a pod cannot know what its image starts by itself; write the command", refused.Message, StringComparison.Ordinal);
    }

    private static List<Planning.Fleets.Pool> Pools(PreviewRecord record) => [.. record.Fleet.Provisioned.Where(pool => pool.Serving == "tuned")];

    private static PropertyValue Training(PropertyValue job) =>
        PodRules.Containers(job.At("spec", "jobTemplate", "spec", "template", "spec")!).Single(container => container.TextAt("name") == TrainingPod.Container);

    private static Task<PreviewRecord> RunAsync(string? command) => Kube.RunAsync(sandbox => FineTuningTests.Train(sandbox, command));
}
