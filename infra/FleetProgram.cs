using System.Collections.Immutable;
using GpuInfra.Infra.Amazon;
using GpuInfra.Infra.Common;
using GpuInfra.Infra.Google;
using GpuInfra.Infra.Settings;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Locks;
using GpuInfra.Planning.Plans;
using Pulumi;

namespace GpuInfra.Infra;

/// <summary>The stack: a planned fleet, declared. It decides nothing that the plan has not decided.</summary>
public static class FleetProgram
{
    /// <summary>Reads the stack's configuration and plan, and declares the fleet of its lock or, where it needs none, the planned one.</summary>
    /// <returns>The stack's outputs.</returns>
    /// <exception cref="RunException">The plan, its lock or the configuration is bad; the message lists every problem.</exception>
    public static IDictionary<string, object?> Deploy()
    {
        var stack = Deployment.Instance;
        var settings = StackSettingsReader.Read(new Config(StackSettings.Namespace), stack.ProjectName, stack.StackName);
        var path = Path.Combine(stack.RootDirectory, "stacks", settings.PlanFile);
        try
        {
            return Deploy(DeployedFleet.Load(path, stack.StackName, Catalog.Embedded), settings);
        }
        catch (PlanException exception)
        {
            throw new RunException(exception.Message);
        }
    }

    /// <summary>Declares a planned fleet.</summary>
    /// <param name="fleet">The fleet.</param>
    /// <param name="settings">The stack's configuration.</param>
    /// <returns>The stack's outputs.</returns>
    /// <exception cref="RunException">The configuration lacks something, or the fleet cannot be deployed as planned.</exception>
    public static IDictionary<string, object?> Deploy(FleetPlan fleet, StackSettings settings)
    {
        var tags = new TagScheme(fleet.Plan, settings.Project, settings.Stack);
        Refuse([.. settings.Problems, .. SettingsCheck.Problems(fleet, settings), .. FleetCheck.Problems(fleet, tags)]);

        var made = new Dictionary<string, ComponentResource>(StringComparer.Ordinal);
        var regions = RegionFleet.Of(fleet, settings, tags).Where(region => fleet.Plan.IsInScope(region.Cloud)).Select(region => Declare(region, made)).ToList();
        foreach (var account in CloudAccount.Of(fleet, settings, tags, [.. regions.Select(region => region.Made)]).Where(account => fleet.Plan.IsInScope(account.Cloud)))
        {
            _ = Declare(account);
        }

        return FleetOutputs.Of(fleet, [.. regions.Select(region => region.Outputs)]);
    }

    /// <summary>Declares a region, after the one that its data is copied to.</summary>
    private static (ComponentResource Made, RegionOutputs Outputs) Declare(RegionFleet region, Dictionary<string, ComponentResource> made)
    {
        var standby = region.CopiedTo is { } to ? made[RegionFleet.NameOf(to.Cloud, to.Region)] : null;
        switch (region.Cloud, region.IsCluster)
        {
            case (CloudProvider.Aws, false):
                var amazon = new AmazonRegion(region, (AmazonRegion?)standby);
                made.Add(region.Name, amazon);
                return (amazon, amazon.Outputs);
            case (CloudProvider.Aws, true):
                var amazonCluster = new AmazonClusterRegion(region, (AmazonRegion?)standby);
                return (amazonCluster, amazonCluster.Outputs);
            case (CloudProvider.Gcp, false):
                var google = new GoogleRegion(region, (GoogleRegion?)standby);
                made.Add(region.Name, google);
                return (google, google.Outputs);
            case (CloudProvider.Gcp, true):
                var googleCluster = new GoogleClusterRegion(region, (GoogleRegion?)standby);
                return (googleCluster, googleCluster.Outputs);
            default:
                throw new InvalidOperationException($"No program for the cloud {region.Cloud}.");
        }
    }

    private static ComponentResource Declare(CloudAccount account) => account.Cloud switch
    {
        CloudProvider.Aws => new AmazonAccount(account),
        CloudProvider.Gcp => new GoogleAccount(account),
        _ => throw new InvalidOperationException($"No program for the cloud {account.Cloud}."),
    };

    private static void Refuse(ImmutableArray<string> problems)
    {
        if (!problems.IsEmpty)
        {
            throw new RunException(string.Join('\n', problems));
        }
    }
}
