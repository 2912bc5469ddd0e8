using System.Collections.Immutable;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Plans;

namespace GpuInfra.Planning.Fleets;

/// <summary>A file system that machines of a region share.</summary>
/// <param name="Cloud">The cloud.</param>
/// <param name="Region">The region.</param>
/// <param name="Use">What it is for.</param>
/// <param name="Kind">What it is.</param>
/// <param name="SizeGib">What it is made with, in GiB: what is asked for, rounded up to what the cloud makes. A file system of AWS that grows by itself is reckoned with it.</param>
/// <param name="Zone">The one zone that it is in; null where it is in all of the region.</param>
/// <param name="Servings">Servings whose machines mount it, ordered.</param>
public sealed record SharedFileSystem(CloudProvider Cloud, string Region, FilesUse Use, FileSystemKind Kind, int SizeGib, string? Zone, ImmutableArray<string> Servings)
{
    /// <summary>Filestore's regional tier begins at a tebibyte and grows by a quarter (cloud.google.com, Filestore service tiers, read 2026-11-29).</summary>
    private const int FilestoreLeast = 1_024;

    private const int FilestoreStep = 256;

    /// <summary>FSx for Lustre, persistent 2 on SSD: 1,200 GiB, or any multiple of 2,400 (FSx for Lustre user guide, read 2026-11-29).</summary>
    private const int FsxLeast = 1_200;

    private const int FsxStep = 2_400;

    /// <summary>Managed Lustre at 1,000 MB/s for a tebibyte is made in steps of 9,000 GiB (provider documentation of lustre_instance, read 2026-11-29).</summary>
    private const int LustreStep = 9_000;

    /// <summary>The file systems of a fleet, ordered by cloud, region and use; none for a fleet made by hand.</summary>
    public static ImmutableArray<SharedFileSystem> Of(FleetPlan fleet)
    {
        var training = fleet.Servings.Where(serving => serving.Serving.FineTuning is not null).Select(serving => serving.Serving.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Weights(fleet).Concat(fleet.Plan.Storage.TrainingFiles is { } files
                    ? fleet.Provisioned.Where(pool => training.Contains(pool.Serving)).GroupBy(pool => (pool.Cloud, pool.Region)).Select(group => Training(files, [.. group]))
                    : [])
                .OrderBy(files => files.Cloud).ThenBy(files => files.Region, StringComparer.Ordinal).ThenBy(files => files.Use),
        ];
    }

    /// <summary>Where the choice for a serving's cold start is a shared file system, its weights lie there.</summary>
    private static IEnumerable<SharedFileSystem> Weights(FleetPlan fleet) =>
        from serving in fleet.Servings
        where serving.Serving.ColdStart is not null && fleet.Times.ColdStarts.ContainsKey(serving.Serving.Name)
        from site in fleet.Times.ColdStarts[serving.Serving.Name].Sites
        where site.Deployed.Start.Store == WeightStore.SharedFileSystem
        let pool = fleet.Pools.First(pool => pool.Id == site.PoolIds[0])
        group (serving.Serving.Name, Gib: PoolStart.Weights(serving.Serving, pool).TotalGib) by (site.Cloud, site.Region) into place
        select new SharedFileSystem(
            place.Key.Cloud,
            place.Key.Region,
            FilesUse.Weights,
            FileSystemKind.Nfs,
            (int)Math.Ceiling(place.Sum(serving => serving.Gib)),
            null,
            [.. place.Select(serving => serving.Name).Order(StringComparer.Ordinal)]);

    private static SharedFileSystem Training(SharedFiles files, ImmutableArray<Pool> pools) => new(
        pools[0].Cloud,
        pools[0].Region,
        FilesUse.Training,
        files.Kind,
        Made(pools[0].Cloud, files),
        files.Kind == FileSystemKind.Lustre ? Busiest(pools) : null,
        [.. pools.Select(pool => pool.Serving).Distinct().Order(StringComparer.Ordinal)]);

    private static int Made(CloudProvider cloud, SharedFiles files) => (cloud, files.Kind) switch
    {
        (CloudProvider.Gcp, FileSystemKind.Nfs) => Math.Max(FilestoreLeast, Up(files.SizeGib, FilestoreStep)),
        (CloudProvider.Aws, FileSystemKind.Lustre) => files.SizeGib <= FsxLeast ? FsxLeast : Up(files.SizeGib, FsxStep),
        (CloudProvider.Gcp, FileSystemKind.Lustre) => Up(files.SizeGib, LustreStep),
        _ => files.SizeGib,
    };

    private static int Up(int size, int step) => (size + step - 1) / step * step;

    /// <summary>The zone with most of the machines; the first by name of several.</summary>
    private static string Busiest(ImmutableArray<Pool> pools) => pools.SelectMany(pool => pool.Zones).GroupBy(zone => zone.Zone)
        .OrderByDescending(zone => zone.Sum(pool => pool.Instances)).ThenBy(zone => zone.Key, StringComparer.Ordinal).First().Key;
}

/// <summary>What a shared file system is for.</summary>
public enum FilesUse
{
    /// <summary>Weights that every new machine would otherwise copy.</summary>
    Weights,

    /// <summary>What machines that train share.</summary>
    Training,
}
