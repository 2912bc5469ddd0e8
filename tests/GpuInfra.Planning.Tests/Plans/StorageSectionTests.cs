using FsCheck;
using FsCheck.Fluent;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Tests.Plans;

public class StorageSectionTests
{
    private const string Trains = """
        servings:
          - { name: tuned, kind: fineTuning, model: llama-3.1-8b, maxContextTokens: 4096, queue: {}, training: { method: lora } }
        """;

    private const string Tuning = """
        workloads:
          - { name: tuning, team: support, serving: tuned, demand: { inputTokensPerDay: 2B, requestsPerDay: 1M, window: { from: "20:00", to: "06:00", zone: UTC } } }
        """;

    [Fact]
    public void A_plan_that_does_not_say_it_deletes_old_checkpoints_and_keeps_all_else()
    {
        var plan = PlanYaml.Read(PlanYaml.Small);
        Assert.Same(StoragePlan.Default, plan.Storage);
        Assert.Equal(new Keeping(null, null, 14), plan.Storage.Checkpoints);
        Assert.All(new[] { plan.Storage.Trained, plan.Storage.TrainingData, plan.Storage.Embeddings, plan.Storage.Jobs }, keeping => Assert.True(keeping.IsAlways));
    }

    [Fact]
    public void Each_kind_of_data_has_its_own_days()
    {
        var storage = PlanYaml.Read(PlanYaml.Plus("""
            storage:
              oldVersions: 7d
              checkpoints: { keep: 30d }
              trained: { infrequentAfter: 30d, archiveAfter: 90d }
              embeddings: { infrequentAfter: 60d, keep: 365d }
              logs: { keep: 90d }
            """)).Storage;
        Assert.Equal((7, 90), (storage.OldVersionsDays, storage.LogDays));
        Assert.Equal(new Keeping(null, null, 30), storage.Checkpoints);
        Assert.Equal(new Keeping(30, 90, null), storage.Trained);
        Assert.Equal(new Keeping(60, null, 365), storage.Embeddings);
        Assert.True(storage.Jobs.IsAlways);
    }

    [Fact]
    public void It_moves_no_fleet() => Assert.Equal(
        PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Small)), PlanYaml.Meaning(PlanYaml.Read(PlanYaml.Plus("storage: { oldVersions: 7d }"))));

    [Fact]
    public void Machines_that_train_may_share_a_file_system()
    {
        var yaml = PlanYaml.With("servings:", Trains).Replace("workloads:", Tuning, StringComparison.Ordinal);
        Assert.Equal(new SharedFiles(FileSystemKind.Nfs, 2_000), PlanYaml.Read(yaml + "storage: { trainingData: { tier: hot, sizeGb: 2000 } }\n").Storage.TrainingFiles);
        Assert.Equal(new SharedFiles(FileSystemKind.Lustre, 5_000), PlanYaml.Read(yaml + "storage: { trainingData: { tier: hot, sizeGb: 5000, fileSystem: lustre } }\n").Storage.TrainingFiles);
        Assert.Null(PlanYaml.Read(yaml + "storage: { trainingData: { keep: 90d } }\n").Storage.TrainingFiles);
    }

    [Theory]
    [InlineData("weights: { keep: 90d }", "storage.weights: weights are read whenever a machine starts")]
    [InlineData("weights: { archiveAfter: 90d }", "storage.weights: weights are read whenever a machine starts")]
    [InlineData("checkpoints: { keep: 0d }", "storage.checkpoints.keep: \"0d\" is outside the range from 1d to 3650d")]
    [InlineData("jobs: { infrequentAfter: 29d }", "storage.jobs.infrequentAfter: \"29d\" is outside the range from 30d to 3650d")]
    [InlineData("jobs: { infrequentAfter: 30d, archiveAfter: 59d }", "storage.jobs.archiveAfter: 59d is less than 30 days after infrequentAfter (30d)")]
    [InlineData("jobs: { infrequentAfter: 30d, keep: 30d }", "storage.jobs.keep: 30d is over before it would be moved (30d)")]
    [InlineData("logs: { keep: 31d }", "storage.logs.keep: \"31d\" is none of the days that CloudWatch Logs can keep: 1d, 3d")]
    [InlineData("trainingData: { tier: hot, sizeGb: 10 }", "storage.trainingData: tier: hot is for servings that train, and the plan has none")]
    [InlineData("trainingData: { tier: hot }", "storage.trainingData: tier: hot needs sizeGb")]
    [InlineData("trainingData: { sizeGb: 10 }", "storage.trainingData.sizeGb: is for tier: hot")]
    [InlineData("embeddings: { tier: hot }", "storage.embeddings.tier: unknown key")]
    [InlineData("checkpoint: { keep: 3d }", "storage.checkpoint: unknown key (did you mean \"checkpoints\"?)")]
    public void What_cannot_be_meant_is_refused(string storage, string problem) =>
        Assert.Contains(problem, PlanYaml.Problems(PlanYaml.Plus($"storage: {{ {storage} }}")), StringComparison.Ordinal);

    [Theory]
    [InlineData("storage: bakedImage", "nobody makes images with weights in them yet")]
    [InlineData("storage: sharedFileSystem", "can be deployed on AWS alone")]
    public void A_store_that_nothing_deploys_is_refused(string storage, string problem) => Assert.Contains(
        problem, PlanYaml.Problems(PlanYaml.With("maxContextTokens: 16384", $"maxContextTokens: 16384\n    coldStart: {{ {storage} }}")), StringComparison.Ordinal);

    [Fact]
    public void Machines_that_wait_stopped_share_no_weights() => Assert.Contains(
        "exclude each other",
        PlanYaml.Problems(PlanYaml.With("maxContextTokens: 16384", "maxContextTokens: 16384\n    coldStart: { storage: sharedFileSystem }\n    scaling: { standby: 2 }")),
        StringComparison.Ordinal);

    [Fact]
    public void No_rule_reaches_weights_and_each_folder_has_one()
    {
        var keepings = from infrequent in Gen.Elements<int?>(null, 30, 60) from archive in Gen.Elements<int?>(null, 90, 120) from keep in Gen.Elements<int?>(null, 1, 200, 400) select new Keeping(infrequent, archive, keep);
        Prop.ForAll(
            Arb.From(from checkpoints in keepings
                     from trained in keepings
                     from data in keepings
                     from embeddings in keepings
                     from jobs in keepings
                     select new StoragePlan { Checkpoints = checkpoints, Trained = trained, TrainingData = data, Embeddings = embeddings, Jobs = jobs }),
            storage =>
            {
                Serving[] servings = [A.Serving(), Queued("digest", ServingKind.Batch), Queued("index", ServingKind.Embedding), Queued("tuned", ServingKind.FineTuning) with { FineTuning = new FineTuning(TrainingMethod.Lora, 16, []) }];
                var rules = BucketLifecycle.Of(storage, servings).Rules;
                Assert.All(rules, rule => Assert.False(rule.Folder.StartsWith($"{DataFolders.Models}/", StringComparison.Ordinal) || $"{DataFolders.Models}/".StartsWith(rule.Folder, StringComparison.Ordinal)));
                Assert.All(rules, rule => Assert.False(rule.Keeping.IsAlways));
                Assert.Equal(rules.Length, rules.Select(rule => rule.Folder).Distinct().Count());
                Assert.Equal(!storage.Embeddings.IsAlways, rules.Any(rule => rule.Folder == "jobs/index/" && rule.Keeping == storage.Embeddings));
                Assert.Equal(!storage.Checkpoints.IsAlways, rules.Any(rule => rule.Folder == "checkpoints/"));
                Assert.Empty(BucketLifecycle.Of(storage, [A.Serving()]).Rules);
            }).QuickCheckThrowOnFailure();

        static Serving Queued(string name, ServingKind kind) => A.Serving(name, kind: kind) with { Queue = new JobQueue(1, TimeSpan.FromMinutes(5)) };
    }
}
