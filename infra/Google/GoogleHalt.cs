using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudFunctionsV2;
using Pulumi.Gcp.PubSub;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Halts the plan's named pools when a budget is used up: a function that takes the messages of billing's budgets, one at a time, with its memory and kill switch in a bucket,
/// its notices, and the messages that could not be delivered. It never touches billing itself.
/// </summary>
internal sealed class GoogleHalt : ComponentResource
{
    private readonly RegionFleet _region;
    private readonly string _name;
    private readonly CustomResourceOptions _child;
    private readonly Function _function;
    private readonly Topic _letters;
    private readonly GoogleHaltIdentity _identity;

    public GoogleHalt(RegionFleet region, GoogleKey key, ComponentResourceOptions options)
        : base("gpuinfra:google:Halt", region.Name, options)
    {
        _region = region;
        _name = Names.Fit($"gpuinfra-{region.Region}-halt", Names.GoogleAutoName);
        _child = new CustomResourceOptions { Parent = this };
        var bucket = GoogleFunction.Bucket(region, _name, key, new CustomResourceOptions { Parent = this, Protect = region.Protect });
        _letters = GoogleFunction.Topic(region, _name, "dead-letters", key, _child);
        _identity = new GoogleHaltIdentity(region, _name, bucket.Name, _letters.Id, key.Messages!, new ComponentResourceOptions { Parent = this });
        _function = GoogleFunction.WithMemory(
            region,
            _name,
            $"Halts pools of used-up budgets ({region.Halt!.Wish.Mode.Name()})",
            bucket,
            HaltSource.Files(region),
            _identity.Accounts,
            new InputMap<string> { ["REGIONS"] = string.Join(',', region.Halt.Regions) },
            _child);
        Alarms(GoogleFunction.Keep(region, _name, _letters, _child));
        RegisterOutputs();
    }

    /// <summary>Has the function take the messages of a topic: the next of a budget is hours away, and a day's ends its day.</summary>
    public void Take(string name, Output<string> topic, CustomResourceOptions options) =>
        GoogleFunction.Take(_region, name, topic, _function, _identity.Accounts.Caller.Email, _letters, keptSeconds: 86_400, attempts: 10, options);

    private void Alarms(Subscription kept)
    {
        var alarms = new GoogleAlarms(_name, _region, "budget-halt", _region.Halt!.Pools, this);
        alarms.OnFigures("silent", "No message of a budget has been taken for a day", $"absent_over_time(custom_googleapis_com:gpuinfra_halt_runs{{stack=\"{TagSet.Label(_region.Settings.Stack)}\"}}[24h])");
        alarms.OnFigures("dead-letters", "A message of a budget was given up", Output.Format(
            $"max_over_time(pubsub_googleapis_com:subscription_num_undelivered_messages{{subscription_id=\"{kept.Name}\"}}[15m]) > 0"));
        alarms.OnNotices("notices", "Pools were halted, or would be", _function.Name);
    }
}
