using GpuInfra.Planning.Catalogs;

namespace GpuInfra.Planning.Plans;

/// <summary>
/// Another region of a cloud that what is kept is copied to, and in which machines are planned when a region of the plan is lost. Until then its network, keys, buckets and
/// identities stand and no machine runs there.
/// </summary>
/// <param name="Region">The region; none of the regions that the cloud serves from.</param>
/// <param name="Rto">From the loss of a region to serving again, at most.</param>
/// <param name="Rpo">How much of what was written last may be lost with a region, at most.</param>
/// <param name="React">From the loss until machines are asked for: people notice, change the plan, review and deploy. Default: half an hour.</param>
public sealed record DisasterRecovery(string Region, TimeSpan Rto, TimeSpan Rpo, TimeSpan React)
{
    /// <summary>
    /// The shortest <see cref="Rpo"/> of AWS, kept by S3 Replication Time Control (Amazon S3 user guide: 99.9 % of objects within 15 minutes, under a service level agreement).
    /// </summary>
    public static TimeSpan LeastOnAws { get; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// The shortest on Google Cloud: what was written is copied by a job of each hour (the shortest that Storage Transfer Service repeats), and one hour is left for the copy. Replication between buckets
    /// promises no time (docs.cloud.google.com, cross-bucket replication, read 2026-11-29: no RPO, objects above 1 GiB may take hours).
    /// </summary>
    public static TimeSpan LeastOnGoogle { get; } = TimeSpan.FromHours(2);

    /// <summary>Above this S3 replicates without time control: most objects within minutes, and no promise.</summary>
    public static TimeSpan Controlled { get; } = TimeSpan.FromHours(1);

    /// <summary>The shortest <see cref="Rpo"/> of a cloud.</summary>
    public static TimeSpan Least(CloudProvider cloud) => cloud == CloudProvider.Aws ? LeastOnAws : LeastOnGoogle;
}
