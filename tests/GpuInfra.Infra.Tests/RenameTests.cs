using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Fleets;

namespace GpuInfra.Infra.Tests;

public class RenameTests
{
    [Fact]
    public async Task Google_would_replace_a_group_whose_machines_are_called_otherwise_so_they_are_not()
    {
        var before = await Deployed.Of(Pools("chat", null));
        var after = await Deployed.Of(Pools("helper", "chat"));

        Assert.Equal(MachineNames(before), MachineNames(after));
        Assert.NotEmpty(MachineNames(after));
    }

    private static Pool[] Pools(string serving, string? renamedFrom) =>
    [
        .. new[] { CloudProvider.Aws, CloudProvider.Gcp }
            .SelectMany(cloud => new[] { Tier.Reserved, Tier.OnDemand }.Select(tier => A.Pool(cloud, tier, serving)))
            .Select(pool => renamedFrom is null ? pool : pool with { RenamedFrom = renamedFrom + pool.Id[serving.Length..] }),
    ];

    private static IReadOnlyList<string?> MachineNames(Deployed deployed) =>
    [
        .. deployed.Resources
            .Where(resource => resource.Type.EndsWith("GroupManager", StringComparison.Ordinal))
            .Select(group => group["baseInstanceName"])
            .Order(StringComparer.Ordinal),
    ];
}
