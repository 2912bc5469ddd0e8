using System.Text;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra.Tests;

/// <summary>Machines that train jobs from a queue.</summary>
public class TrainingTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly StackSettings Settings = A.Settings() with
    {
        AmazonTrainingImage = $"axolotl@{Digest}",
        GoogleTrainingImage = $"us-docker.pkg.dev/acme-images/training/axolotl@{Digest}",
    };

    [Fact]
    public async Task Machines_run_the_plans_image_and_command_and_no_engine()
    {
        var script = Script(await Deployed.Of(Fleet(), Settings));

        Assert.Contains($"ENGINE_IMAGE='111122223333.dkr.ecr.us-east-1.amazonaws.com/axolotl@{Digest}'", script);
        Assert.Contains("Environment=\"COMMAND=python train.py --epochs=3\"", script);
        Assert.Contains("CHECKPOINT_SECONDS=900 LEASE_SECONDS=600 STOP_SECONDS=60", script);
        Assert.DoesNotContain("\nstart_replicas\n", script);
        Assert.InRange(Encoding.UTF8.GetByteCount(script), 1, (16 * 1024) - 512);
    }

    [Fact]
    public async Task On_AWS_they_may_pull_that_image_beside_the_engines_and_take_jobs_and_fetch_three_files()
    {
        var deployed = await Deployed.Of(Fleet(), Settings);

        var policy = deployed.All("aws:iam/rolePolicy:RolePolicy").Single(policy => policy.Name == "gpuinfra-us-east-1")["policy"]!;
        Assert.Contains("repository/vllm-openai\"", policy);
        Assert.Contains("repository/axolotl\"", policy);
        Assert.Contains("\"TakeJobs\"", policy);
        Assert.Equal(["jobs.py", "main.py", "train.py"], deployed.All("aws:s3/bucketObjectv2:BucketObjectv2").Select(file => file["key"]!.Split('/')[^1]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task On_Google_Cloud_a_spot_machine_stops_its_training_within_its_shorter_notice()
    {
        var deployed = await Deployed.Of(Fleet(CloudProvider.Gcp), Settings);

        var script = deployed.One("gcp:compute/regionInstanceTemplate:RegionInstanceTemplate")["metadataStartupScript"]!;
        Assert.Contains("STOP_SECONDS=12", script);
        Assert.Contains($"ENGINE_IMAGE='us-docker.pkg.dev/acme-images/training/axolotl@{Digest}'", script);
        Assert.Equal(
            ["serving", "training"],
            deployed.All("gcp:artifactregistry/repositoryIamMember:RepositoryIamMember").Select(grant => grant["repository"]!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_root_disk_has_room_for_three_checkpoints_of_what_is_trained()
    {
        async Task<int> Of(FineTuning? training) => int.Parse(
            (await Deployed.Of(Fleet(training: training), Settings)).One("aws:ec2/launchTemplate:LaunchTemplate")["blockDeviceMappings.0.ebs.volumeSize"]!, System.Globalization.CultureInfo.InvariantCulture);
        var (none, lora, full) = (await Of(null), await Of(new FineTuning(TrainingMethod.Lora, 16, [])), await Of(new FineTuning(TrainingMethod.Full, 16, [])));
        Assert.InRange(lora - none, 1, 5);
        Assert.InRange(full - none, 300, 340); // 8.03 thousand million parameters, 14 bytes each, three times.
    }

    [Fact]
    public void An_image_that_is_not_configured_is_asked_for()
    {
        var refused = Assert.Throws<RunException>(() => FleetProgram.Deploy(Fleet(), A.Settings())).Message;
        Assert.Contains("gpuinfra:trainingImage.aws (image that trains, in the account's registry, by digest) is not set", refused);
        Assert.DoesNotContain("trainingImage.gcp", refused);
    }

    [Fact]
    public void A_queue_of_training_without_hours_that_are_priced_is_refused() =>
        Assert.Contains("a queue needs hours that are priced", Assert.Throws<RunException>(() => FleetProgram.Deploy(Fleet(window: false), Settings)).Message);

    [SkippableFact]
    public async Task Its_machine_fetches_image_and_weights_and_starts_the_trainer_alone()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The script runs on Linux.");
        using var machine = new Machine(gpus: 4);
        BootstrapRunTests.Complete(machine);
        foreach (var file in new[] { "jobs.py", "main.py", "train.py" })
        {
            machine.Provide(file, File.ReadAllText(Path.Combine(Repository.Root, "infra", "Assets", "runner", file)));
        }

        var (exitCode, said) = machine.Run(Script(await Deployed.Of(Fleet(), Settings)));

        Assert.True(exitCode == 0, said);
        Assert.Contains("aws s3 sync", machine.Calls());
        Assert.Equal(["gpuinfra-runner.service"], Directory.EnumerateFiles(machine.Units).Select(Path.GetFileName));
        var unit = machine.Unit("gpuinfra-runner.service");
        Assert.Contains($" IMAGE=111122223333.dkr.ecr.us-east-1.amazonaws.com/axolotl@{Digest} ", unit);
        Assert.Contains("MODEL_DIR=", unit);
        Assert.Contains("--log-driver=awslogs", unit);
        Assert.Equal("systemctl enable --now --no-block gpuinfra-runner.service", machine.Calls()[^1]);
    }

    private static string Script(Deployed deployed) => Encoding.UTF8.GetString(Convert.FromBase64String(deployed.One("aws:ec2/launchTemplate:LaunchTemplate")["userData"]!));

    private static FleetPlan Fleet(CloudProvider cloud = CloudProvider.Aws, bool window = true) =>
        Fleet(cloud, window, new FineTuning(TrainingMethod.Lora, 16, ["python", "train.py", "--epochs=3"]));

    private static FleetPlan Fleet(FineTuning? training) => Fleet(CloudProvider.Aws, true, training);

    private static FleetPlan Fleet(CloudProvider cloud, bool window, FineTuning? training)
    {
        var pool = A.Pool(cloud, Tier.Spot, "batch-tuned", window: window ? A.Window("20:00", "06:00") : null);
        var fleet = A.FleetPlan(pool with { ReplicasPerInstance = 1, Ladder = [new LadderRung(pool.InstanceType, 1)], Engine = pool.Engine with { TensorParallel = 4 } });
        return fleet with
        {
            Servings =
            [
                .. fleet.Servings.Select(serving => serving with
                {
                    Serving = serving.Serving with { Kind = training is null ? ServingKind.Batch : ServingKind.FineTuning, Latency = null, Queue = new JobQueue(1, TimeSpan.FromMinutes(15)), FineTuning = training },
                }),
            ],
        };
    }
}
