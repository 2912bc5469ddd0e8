using System.Diagnostics;
using GpuInfra.Infra.Clusters;
using GpuInfra.Infra.Common;
using GpuInfra.Offline.Costs;
using GpuInfra.Offline.Diff;
using GpuInfra.Offline.Policies;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using Pulumi.Offline;

namespace GpuInfra.Offline.Tests.Clusters;

/// <summary>The same plan on clusters: what must be equal, what differs, and what a change touches.</summary>
public class ClusterFleetTests
{
    [Fact]
    public async Task Every_policy_holds_and_the_providers_would_take_all_of_it()
    {
        var record = await Kube.Record;
        Assert.Equal("", record.Complaints());
        Assert.Empty(record.Preview.Problems.Concat(record.Resolved.Problems));
    }

    [Fact]
    public async Task A_plan_has_the_same_capacity_in_every_serving_and_tier_as_on_machines()
    {
        var (machines, cluster) = ((await Kube.RunAsync(sandbox => sandbox.Change("prod.plan.yaml", "platform: kubernetes\n", ""))).Fleet, (await Kube.Record).Fleet);
        Assert.Equal(Capacity(machines), Capacity(cluster));

        // And it is registered: as many replicas as planned.
        var replicas = (await Kube.Record).Of(Kube.Deployment).ToLookup(deployment => deployment.Inputs.TextAt("metadata", "name"), deployment => deployment.Inputs.NumberAt("spec", "replicas"));
        Assert.All(cluster.Provisioned, pool => Assert.Equal(pool.Replicas, Assert.Single(replicas[pool.Id])));

        static IEnumerable<(string, Tier, CloudProvider, string, int, double)> Capacity(FleetPlan fleet) => fleet.Pools
            .Select(pool => (pool.Serving, pool.Tier, pool.Cloud, pool.InstanceType, pool.Replicas, pool.RequestsPerSecond)).Order();
    }

    [Fact]
    public async Task It_costs_what_machines_do_but_for_the_fee_and_the_nodes_without_GPUs()
    {
        var record = await Kube.Record;
        Assert.Equal(record.Fleet.Cost.Monthly, record.Costs.Machines);
        var clusters = record.Costs.Resources.SelectMany(resource => resource.Lines).Where(line => line.Kind == CostKind.Clusters).ToLookup(line => line.Sku, line => line.Quantity);
        Assert.Equal(730, Assert.Single(clusters["eks-cluster-standard-support"]));
        Assert.Equal(730, Assert.Single(clusters["gke-cluster-management-fee"]));
        Assert.Equal(SystemNodes.Count * 730m, Assert.Single(clusters["m7i.xlarge"]));
        Assert.Equal(SystemNodes.Count * 730m, Assert.Single(clusters["e2-standard-4"]));
        Assert.Equal(4, clusters.Count);
    }

    [Fact]
    public async Task Another_revision_of_a_model_changes_the_Deployments_of_its_pools_and_nothing_else()
    {
        var after = await Kube.RunAsync(sandbox => sandbox.Change("Pulumi.prod.yaml", "mixtral-8x7b/bf16: example-revision-1", "mixtral-8x7b/bf16: example-revision-2"));
        var changes = RecordComparison.Compare(StackRecord.Of(await Kube.Record), StackRecord.Of(after), DiffOptions.Strict).Resources
            .Where(change => change.Action != ResourceAction.Same).ToList();
        var pools = after.Fleet.Provisioned.Where(pool => pool.Engine.Model == "mixtral-8x7b").Select(pool => pool.Id).Order(StringComparer.Ordinal);
        Assert.All(changes, change => Assert.Equal((Kube.Deployment, ResourceAction.Update), (change.Type, change.Action)));
        Assert.Equal(pools, changes.Select(change => change.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_engine_gets_the_arguments_that_a_machine_gives_it()
    {
        var record = await Kube.Record;
        foreach (var deployment in record.Of(Kube.Deployment).Where(deployment => record.Fleet.Pools.Any(pool => pool.Id == deployment.Name)))
        {
            var engine = deployment.Inputs.ListAt("spec", "template", "spec", "containers").Single();
            var settings = engine.ListAt("env").Select(variable => $"{variable.TextAt("name")}={Bootstrap.Quote(variable.TextAt("value")!)}");
            var machine = Shell($"{string.Join('\n', settings)}\nMODEL_DIR=/nowhere\n{Bootstrap.WritesReplicas}\nengine_flags").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToList();
            var cluster = engine.ListAt("args").Select(word => word.TextAt()!).ToList();

            // The model's path is the script's, and the port that a container publishes Docker's.
            machine.RemoveRange(0, 2);
            cluster.RemoveRange(cluster.IndexOf("--port"), 2);
            Assert.Equal(machine, cluster);
        }
    }

    [Fact]
    public async Task In_an_incident_no_replica_is_renewed_and_no_node_is_taken_away()
    {
        var record = await Kube.RunAsync(sandbox => sandbox.Change("prod.plan.yaml", "\nbudget:", "\nincident: { lost: [zone:use1-az4], until: 2026-12-10, reason: power }\n\nbudget:"));
        Assert.All(record.Of(Kube.Deployment).Where(deployment => record.Fleet.Pools.Any(pool => pool.Id == deployment.Name)), deployment => Assert.Equal("true", deployment.Inputs.TextAt("spec", "paused")));
        Assert.All(record.Of(ResourceTypes.KarpenterPool), pool => Assert.Equal("0", pool.Inputs.ListAt("spec", "disruption", "budgets").Single().TextAt("nodes")));
    }

    [Fact]
    public async Task Jobs_run_in_the_hours_of_their_window_with_an_engine_beside_each_runner()
    {
        var record = await Kube.Queued;
        Assert.Equal("", record.Complaints());
        foreach (var pool in record.Fleet.Provisioned.Where(pool => pool.Serving == "digest"))
        {
            var job = record.Of(Kube.CronJob).Single(job => job.Name == pool.Id).Inputs;
            Assert.Equal(("0 22 * * 0,1,2,3,4,5,6", "Etc/UTC"), (job.TextAt("spec", "schedule"), job.TextAt("spec", "timeZone")));
            var spec = job.At("spec", "jobTemplate", "spec");
            Assert.Equal((7 * 3600, pool.Replicas), (spec.NumberAt("activeDeadlineSeconds"), spec.NumberAt("parallelism")));
            var pod = spec.At("template", "spec");
            Assert.Equal(["weights", "vllm", "runner"], PodRules.Containers(pod!).Select(container => container.TextAt("name")));
            Assert.Equal("Always", pod.ListAt("initContainers").Last().TextAt("restartPolicy"));
        }

        Assert.Contains(record.Of("aws:sqs/queue:Queue"), queue => queue.Name == "gpuinfra-us-east-1-digest");
    }

    [Fact]
    public async Task A_cluster_that_is_there_already_gets_engines_and_no_nodes()
    {
        var record = await Kube.RunAsync(sandbox =>
        {
            sandbox.Change("prod.plan.yaml", "regions: [us-east-1] }", "regions: [us-east-1], clusters: { us-east-1: shared-gpu } }");
            sandbox.Change("prod.plan.yaml", "term: none, create: true }", "term: none }");
            WithoutOperators(sandbox);
            sandbox.Change("Pulumi.prod.yaml", "  gpuinfra:weights:\n", "  gpuinfra:kubeconfig-aws-us-east-1:\n    secure: AAABAIwRCv+example\n  gpuinfra:weights:\n");
        });
        Assert.Equal("", record.Complaints());
        Assert.Empty(record.Of(ResourceTypes.EksCluster));
        Assert.Empty(record.Of(ResourceTypes.EksNodeGroup).Concat(record.Of(ResourceTypes.KarpenterPool)).Concat(record.Of("aws:ec2/vpc:Vpc")));
        Assert.Equal("shared-gpu", Assert.Single(record.Of("aws:eks/podIdentityAssociation:PodIdentityAssociation")).Inputs.TextAt("clusterName"));
        Assert.Contains(record.Of(Kube.Deployment), deployment => deployment.Name.Contains("-aws-", StringComparison.Ordinal));
        Assert.NotEmpty(record.Of(ResourceTypes.GkeCluster));
        Assert.IsType<PropertyValue.Secret>(record.Of("pulumi:providers:kubernetes").Single(provider => provider.Name == "aws-us-east-1").Inputs.Members["kubeconfig"]);
    }

    [Fact]
    public async Task Ways_in_and_monitors_of_a_cluster_that_is_there_already_are_its_owners()
    {
        var refused = await Assert.ThrowsAsync<Planning.Plans.PlanException>(() => Kube.RunAsync(sandbox =>
        {
            sandbox.Change("prod.plan.yaml", "regions: [us-east-1] }", "regions: [us-east-1], clusters: { us-east-1: shared-gpu } }");
            sandbox.Change("prod.plan.yaml", "term: none, create: true }", "term: none }");
            sandbox.Change("Pulumi.prod.yaml", "  gpuinfra:weights:\n", "  gpuinfra:kubeconfig-aws-us-east-1:\n    secure: AAABAIwRCv+example\n  gpuinfra:weights:\n");
        }));
        Assert.Contains("leave router and monitoring out", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("  mode: create\n  link: existing\n", "  mode: existing\n  from: [10.0.0.0/8]\n", "write mode: create or managed, or leave monitoring out")]
    [InlineData("  link: existing\n  receivers:", "  link: existing\n  grafana: { oidc: { issuer: \"https://id.example.com\", clientId: grafana, secret: grafana-oidc } }\n  receivers:", "kubectl port-forward")]
    [InlineData("monitoring:\n  mode: create", "ignored", "write monitoring: { mode: create }")]
    public async Task What_monitors_in_clusters_do_not_carry_is_refused_with_what_to_write(string from, string to, string said)
    {
        var refused = await Assert.ThrowsAsync<Planning.Plans.PlanException>(() => Kube.RunAsync(sandbox =>
        {
            if (to == "ignored")
            {
                WithoutOperators(sandbox);
                sandbox.Change("prod.plan.yaml", "servings:\n", "servings:\n  - { name: assistant, scaling: { floor: 50% } }\n");
            }
            else
            {
                sandbox.Change("prod.plan.yaml", from, to);
            }
        }));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Neither router nor monitors.</summary>
    private static void WithoutOperators(Sandbox sandbox)
    {
        var plan = File.ReadAllText(sandbox.Stacks("prod.plan.yaml"));
        var (from, to) = (plan.IndexOf("router:\n", StringComparison.Ordinal), plan.IndexOf("ledger:", StringComparison.Ordinal));
        File.WriteAllText(sandbox.Stacks("prod.plan.yaml"), plan.Remove(from, to - from));
    }

    private static string Shell(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", script]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEnd(), process.StandardError.ReadToEnd());
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        return output;
    }
}
