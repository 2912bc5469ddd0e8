using System.Diagnostics;
using GpuInfra.Infra.Clusters;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;
using static GpuInfra.Offline.Tests.Prod;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>File systems that pods share.</summary>
public class ClusterFilesTests
{
    private const string Claim = "kubernetes:core/v1:PersistentVolumeClaim";
    private const string Volume = "kubernetes:core/v1:PersistentVolume";
    private static readonly Lazy<Task<PreviewRecord>> Weights = new(() => Kube.RunAsync(sandbox =>
    {
        WithDriver(sandbox);
        sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: assistant, coldStart: { target: 9m } }\n");
    }));

    private static readonly Lazy<Task<PreviewRecord>> Training = new(() => Kube.RunAsync(sandbox =>
    {
        WithDriver(sandbox);
        FineTuningTests.Train(sandbox, "[python, train.py]");
        sandbox.Change("prod.plan.yaml", "share: 70%, regions: [us-east-1] }", "share: 100%, regions: [us-east-1] }");
        sandbox.Change("prod.plan.yaml", "  gcp: { project: acme-gpu-prod, share: 30%, regions: [us-central1] }", "");
        sandbox.Change("prod.plan.yaml", "survive: { zone: 100%, cloud: 60% }", "survive: { zone: 100%, cloud: 0% }");
        File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), "storage: { trainingData: { tier: hot, sizeGb: 2000 } }\n");
    }));

    /// <summary>Production on clusters with weights on EFS.</summary>
    internal static Task<PreviewRecord> Shared => Weights.Value;

    [Fact]
    public async Task Every_policy_holds_and_the_providers_would_take_all_of_it()
    {
        foreach (var record in new[] { await Weights.Value, await Training.Value })
        {
            Assert.Equal("", record.Complaints());
            Assert.Empty(record.Preview.Problems.Concat(record.Resolved.Problems));
        }
    }

    [Fact]
    public async Task Weights_are_copied_once_and_engines_only_read_them()
    {
        var record = await Weights.Value;
        var claim = Assert.Single(record.Of(Claim)).Inputs;
        Assert.Equal(("files-weights", "serving"), (claim.TextAt("metadata", "name"), claim.TextAt("metadata", "namespace")));
        foreach (var pool in record.Fleet.Provisioned)
        {
            var pod = PodRules.PodsOf(record.Of(Kube.Deployment).Single(deployment => deployment.Name == pool.Id)).Single();
            var volume = pod.ListAt("volumes").Single(volume => volume.TextAt("name") == "weights");
            var (fetcher, engine) = (pod.ListAt("initContainers").Single(), pod.ListAt("containers").Single());
            var isShared = pool.Serving == "assistant" && pool.Cloud == Planning.Catalogs.CloudProvider.Aws;
            Assert.Equal(isShared ? "files-weights" : null, volume.TextAt("persistentVolumeClaim", "claimName"));
            Assert.Equal(isShared ? "fetch_shared" : null, fetcher.ListAt("env").SingleOrDefault(variable => variable.TextAt("name") == "FETCH").TextAt("value"));
            var mount = engine.ListAt("volumeMounts").Single(mount => mount.TextAt("name") == "weights");
            var folder = fetcher.ListAt("env").Single(variable => variable.TextAt("name") == "MODEL_DIR").TextAt("value");
            Assert.Equal(("true", folder), (mount.TextAt("readOnly"), $"/weights/{mount.TextAt("subPath")}"));
        }
    }

    [Fact]
    public async Task Of_two_replicas_that_start_at_once_one_copies_and_the_other_finds_all_there()
    {
        var root = Directory.CreateTempSubdirectory("gpuinfra-weights-").FullName;
        var (bucket, shared, aws) = (Directory.CreateDirectory(At("bucket")).FullName, Directory.CreateDirectory(At("weights")).FullName, At("aws"));
        File.WriteAllText(Path.Combine(bucket, "model.safetensors"), "weights");
        File.WriteAllText(aws, $$"""
            aws() {
            if [[ $1 == s3api ]]; then printf 'models/m/model.safetensors\nmodels/m/SHA256SUMS\n'; return; fi
            echo sync >> {{At("log")}}
            sleep 0.3
            (cd {{bucket}} && sha256sum ./model.safetensors > SHA256SUMS)
            cp {{bucket}}/* {{shared}}/m/
            }
            """);
        File.WriteAllText(At("weights.sh"), ClusterFiles.Files["weights.sh"]);
        var replicas = Enumerable.Range(0, 2).Select(_ =>
        {
            var start = new ProcessStartInfo("bash", At("weights.sh")) { RedirectStandardOutput = true, RedirectStandardError = true };
            foreach (var (key, value) in new[] { ("BASH_ENV", aws), ("CLOUD", "aws"), ("REGION", "us-east-1"), ("BUCKET", "b"), ("WEIGHTS", "models/m"), ("MODEL_DIR", $"{shared}/m"), ("FETCH", "fetch_shared") })
            {
                start.Environment[key] = value;
            }

            return Process.Start(start)!;
        }).ToList();
        foreach (var replica in replicas)
        {
            Assert.True(await replica.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token).ContinueWith(done => done.IsCompletedSuccessfully, TaskScheduler.Default));
            Assert.Equal((0, ""), (replica.ExitCode, await replica.StandardError.ReadToEndAsync()));
        }

        Assert.Equal("sync\n", File.ReadAllText(At("log")));
        Assert.True(File.Exists($"{shared}/m.verified"));
        Directory.Delete(root, recursive: true);

        string At(string name) => Path.Combine(root, name);
    }

    [Fact]
    public async Task Pods_come_as_one_user_and_over_an_encrypted_way()
    {
        var record = await Weights.Value;
        var door = Assert.Single(record.Of("aws:efs/accessPoint:AccessPoint")).Inputs;
        var user = PodRules.PodsOf(record.Of(Kube.Deployment).First(deployment => deployment.Name.StartsWith("assistant", StringComparison.Ordinal))).Single().NumberAt("securityContext", "runAsUser");
        Assert.Equal((user, user), (door.NumberAt("posixUser", "uid"), door.NumberAt("rootDirectory", "creationInfo", "ownerUid")));
        var volume = Assert.Single(record.Of(Volume)).Inputs;
        Assert.Equal(("efs.csi.aws.com", "true", "Retain"), (volume.TextAt("spec", "csi", "driver"), volume.TextAt("spec", "csi", "volumeAttributes", "encryptInTransit"), volume.TextAt("spec", "persistentVolumeReclaimPolicy")));
        Assert.Matches("^.+::.+$", volume.TextAt("spec", "csi", "volumeHandle"));
        Assert.Equal("files-weights", volume.TextAt("spec", "claimRef", "name"));
        Assert.Contains(record.Of("aws:eks/addon:Addon"), addon => addon.Inputs.TextAt("addonName") == "aws-efs-csi-driver");
    }

    [Fact]
    public async Task What_trains_reads_and_writes_what_all_that_train_share()
    {
        var record = await Training.Value;
        var pod = PodRules.PodsOf(record.Of(Kube.CronJob).First(job => job.Name.StartsWith("tuned", StringComparison.Ordinal))).Single();
        Assert.Equal("files-training", pod.ListAt("volumes").Single(volume => volume.TextAt("name") == "shared").TextAt("persistentVolumeClaim", "claimName"));
        Assert.Equal(["/shared"], PodRules.Containers(pod).SelectMany(container => container.ListAt("volumeMounts").Where(mount => mount.TextAt("name") == "shared")).Select(mount => mount.TextAt("mountPath")));
    }

    [Fact]
    public async Task An_engine_that_may_change_shared_weights_is_caught()
    {
        var record = await Weights.Value;
        var engine = (PropertyValue.Map)PodRules.PodsOf(record.Of(Kube.Deployment).First(deployment => deployment.Name.StartsWith("assistant", StringComparison.Ordinal))).Single().ListAt("containers").Single();
        var planted = new PropertyValue.Map(engine.Members.SetItem("volumeMounts", List(Map(("name", Text("weights")), ("mountPath", Text("/model"))))));
        var found = FileRules.SharedFiles.Find(record.With(Kube.Deployment, "assistant", List(planted), "spec", "template", "spec", "containers"));
        Assert.Contains(found, finding => finding.Detail.Contains("may change what other replicas read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_way_that_is_not_encrypted_and_a_door_for_anybody_are_caught()
    {
        var record = await Weights.Value;
        Assert.NotEmpty(FileRules.SharedFiles.Find(record.With(Volume, "files", Text("false"), "spec", "csi", "volumeAttributes", "encryptInTransit")));
        Assert.NotEmpty(FileRules.SharedFiles.Find(record.With("aws:efs/accessPoint:AccessPoint", "weights", null, "posixUser")));
    }

    [Theory]
    [InlineData("{ tier: hot, sizeGb: 2000 }", "storage: gcp/us-central1: a new Filestore belongs to root, and no pod here is root; leave tier: hot out")]
    [InlineData("{ tier: hot, sizeGb: 2000, fileSystem: lustre }", "storage: aws/us-east-1: a new Lustre belongs to root, and no pod here is root; write fileSystem: nfs, which is EFS there")]
    public async Task What_pods_could_not_write_to_is_refused_with_what_to_write(string wish, string says)
    {
        var refused = await Assert.ThrowsAsync<PlanException>(() => Kube.RunAsync(sandbox =>
        {
            FineTuningTests.Train(sandbox, "[python, train.py]");
            File.AppendAllText(sandbox.Stacks("prod.plan.yaml"), $"storage: {{ trainingData: {wish} }}\n");
        }));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_version_of_the_driver_the_command_that_sets_it_is_told()
    {
        var refused = await Assert.ThrowsAsync<PlanException>(() => Kube.RunAsync(sandbox =>
        {
            WithDriver(sandbox);
            sandbox.Change("Pulumi.prod.yaml", "        aws-efs-csi-driver: v2.1.13-eksbuild.1\n", "");
            sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: assistant, coldStart: { target: 9m } }\n");
        }));
        Assert.Contains("gpuinfra:cluster.aws.addons.aws-efs-csi-driver", refused.Message, StringComparison.Ordinal);
    }

    private static void WithDriver(Sandbox sandbox) =>
        sandbox.Change("Pulumi.prod.yaml", "        aws-ebs-csi-driver:", "        aws-efs-csi-driver: v2.1.13-eksbuild.1\n        aws-ebs-csi-driver:");
}
