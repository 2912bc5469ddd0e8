using System.Text.Json;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.CloudScheduler;
using Pulumi.Gcp.CloudScheduler.Inputs;
using Pulumi.Gcp.Storage;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Looks every five minutes after groups that follow load, pools whose broken machines are replaced, twins of spot pools and pools that take jobs: it stops the launches and repairs of a
/// group after three boots in a row that failed, has a broken machine made anew where the plan says so, makes a twin as large as what spot lacks, tells jobs to pools that take them in their hours, and tells how many machines each group lacks, which is what an alert waits for.
/// </summary>
internal sealed class GoogleKeeper : ComponentResource
{
    /// <summary>The object by which people say from when boots count.</summary>
    public const string CountedFrom = $"{Folder}/boots-counted-from";

    /// <summary>Where its program is, in the region's bucket of weights: a bucket of its own would come and go with the pools, and production's are protected.</summary>
    private const string Folder = "keeper";

    private readonly RegionFleet _region;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public GoogleKeeper(RegionFleet region, GoogleWeights weights, GoogleQueues? queues, IReadOnlyCollection<GooglePool> pools, ComponentResourceOptions options)
        : base("gpuinfra:google:Keeper", region.Name, options)
    {
        (_region, _name) = (region, Names.Fit($"gpuinfra-{region.Region}-keeper", Names.GoogleAutoName));
        _child = new CustomResourceOptions { Parent = this };
        var identity = new GoogleKeeperIdentity(region, _name, weights.BucketName, new ComponentResourceOptions { Parent = this });
        var function = Program(weights.BucketName, identity, queues, pools);
        _ = new Job(_name, new JobArgs
        {
            Region = region.Region,
            Description = "Starts the keeper",
            Schedule = FormattableString.Invariant($"*/{KeeperSource.PeriodMinutes} * * * *"),
            TimeZone = "Etc/UTC",
            AttemptDeadline = "180s",
            HttpTarget = new JobHttpTargetArgs
            {
                HttpMethod = "POST",
                Uri = function.Url,
                OidcToken = new JobHttpTargetOidcTokenArgs { ServiceAccountEmail = identity.Accounts.Caller.Email, Audience = function.Url },
            },
        }, _child);
        Alarms(function.Name);
        RegisterOutputs();
    }

    /// <summary>Which of a figure's series are of a pool.</summary>
    public static string Series(RegionFleet region, Pool pool) =>
        $"resource.type = \"global\" AND metric.labels.region = \"{pool.Region}\" AND metric.labels.stack = \"{TagSet.Label(region.Settings.Stack)}\" AND metric.labels.pool = \"{pool.Id}\"";

    private Function Program(Output<string> bucket, GoogleKeeperIdentity identity, GoogleQueues? queues, IReadOnlyCollection<GooglePool> pools)
    {
        var variables = new InputMap<string> { ["GROUPS"] = ByPool(pools, pool => pool.Kept), ["TWINS"] = ByPool(pools, pool => pool.Twin) };
        if (queues is not null)
        {
            variables.Add("QUEUES", ByPool(pools, pool => pool.Queue));
        }

        if (_region.Pools.Any(plan => plan.Replaces))
        {
            variables.Add("REPLACES", Replaced(pools));
        }

        var files = KeeperSource.Files(_region);
        var source = new BucketObject(Names.Fit($"{_name}-source", Names.GoogleAutoName), new BucketObjectArgs
        {
            Bucket = bucket,
            Name = $"{Folder}/source-{FunctionFiles.Hash(files)}.zip",
            Source = FunctionFiles.Archive(files),
        }, _child);
        return GoogleFunction.Of(
            _region,
            _name,
            "Stops launches of groups whose machines do not boot, replaces broken machines where the plan says so, tells how many are to stand in for spot, and of jobs in their hours",
            bucket,
            source,
            identity.Accounts,
            variables,
            _child);
    }

    private void Alarms(Output<string> function)
    {
        var kept = _region.Pools.Where(plan => plan.Load is not null || plan.Replaces || plan.FallsBack || plan.Queue is not null).ToList();
        var alarms = new GoogleAlarms(_name, _region, "scaling", kept.Select(plan => plan.Pool), this);
        var mine = $"region=\"{_region.Region}\",stack=\"{TagSet.Label(_region.Settings.Stack)}\"";
        foreach (var plan in kept.Where(plan => plan.Load is not null))
        {
            alarms.OnFigures(
                "short",
                $"{plan.Pool.Id}: machines that load asked for have not come",
                $"max(custom_googleapis_com:gpuinfra_machines_missing{{{mine},pool=\"{plan.Pool.Id}\"}}) > 0",
                (int)Math.Ceiling(plan.Load!.Start.TotalMinutes) + KeeperSource.ShortMinutes,
                plan.Pool.Id);
        }

        alarms.OnNotices("boots", "Launches were stopped, a broken machine was replaced or left, or something of it failed", function);
        alarms.OnFigures("keeper", "No run of the keeper has ended well for half an hour", $"absent_over_time(custom_googleapis_com:gpuinfra_keeper_runs{{{mine}}}[30m])");
    }

    /// <summary>All groups of each pool whose broken machines are replaced, by their links: the reserved tier's are in zones.</summary>
    private Output<string> Replaced(IReadOnlyCollection<GooglePool> pools)
    {
        var named = pools.Where(pool => _region.Pools.Any(plan => plan.Replaces && plan.Pool.Id == pool.Id)).OrderBy(pool => pool.Id, StringComparer.Ordinal).ToList();
        return Output.All(named.Select(pool => Output.All(pool.Groups))).Apply(links =>
            JsonSerializer.Serialize(new SortedDictionary<string, string[]>(named.Zip(links).ToDictionary(both => both.First.Id, both => both.Second.ToArray()), StringComparer.Ordinal)));
    }

    private static Output<string> ByPool(IEnumerable<GooglePool> pools, Func<GooglePool, Output<string>?> name)
    {
        var named = pools.Where(pool => name(pool) is not null).OrderBy(pool => pool.Id, StringComparer.Ordinal).ToList();
        return Output.All(named.Select(pool => name(pool)!)).Apply(names =>
            JsonSerializer.Serialize(new SortedDictionary<string, string>(named.Select(pool => pool.Id).Zip(names).ToDictionary(both => both.First, both => both.Second), StringComparer.Ordinal)));
    }
}
