using System.Text;
using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Gcp.CloudScheduler;
using Pulumi.Gcp.CloudScheduler.Inputs;
using Pulumi.Gcp.PubSub;

namespace GpuInfra.Infra.Google;

/// <summary>
/// Takes idle machines of a region out of service: a function, started every quarter of an hour by a message, one at a time, with its
/// memory and kill switch in a bucket, its notices, and the messages that could not be delivered, all under the region's key.
/// </summary>
internal sealed class GoogleWatchdog : ComponentResource
{
    private readonly RegionFleet _region;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public GoogleWatchdog(RegionFleet region, GoogleKey key, ComponentResourceOptions options)
        : base("gpuinfra:google:Watchdog", region.Name, options)
    {
        _region = region;
        _name = Names.Fit($"gpuinfra-{region.Region}-watchdog", Names.GoogleAutoName);
        _child = new CustomResourceOptions { Parent = this };
        var bucket = GoogleFunction.Bucket(region, _name, key, _child);
        var (ticks, letters, notices) = (GoogleFunction.Topic(region, _name, "ticks", key, _child), GoogleFunction.Topic(region, _name, "dead-letters", key, _child), GoogleFunction.Topic(region, _name, "notices", key, _child));
        var identity = new GoogleWatchdogIdentity(
            region, new GoogleWatchdogIdentity.Uses(_name, bucket.Name, letters.Id, notices.Id, key.Messages!), new ComponentResourceOptions { Parent = this });
        var files = WatchdogSource.Files(region, ("gcp.py", "main.py"));
        files["requirements.txt"] = EmbeddedText.Read("watchdog/requirements.txt");
        var function = GoogleFunction.WithMemory(
            region,
            _name,
            $"Takes idle GPU machines out of service ({region.Watchdog!.Mode.Name()})",
            bucket,
            files,
            identity.Accounts,
            new InputMap<string> { ["TOPIC"] = notices.Id },
            _child);
        Start(ticks);

        // A tick that comes late is of no use: the next is on its way.
        GoogleFunction.Take(region, _name, ticks.Id, function, identity.Accounts.Caller.Email, letters, keptSeconds: 600, attempts: 5, _child);
        var kept = GoogleFunction.Keep(region, _name, letters, _child);
        GoogleWatchdogAlarms.Add(_name, region, function.Name, kept.Name, this);
        RegisterOutputs();
    }

    private void Start(Topic ticks) => _ = new Job(_name, new JobArgs
    {
        Region = _region.Region,
        Description = "Starts the watchdog",
        Schedule = FormattableString.Invariant($"*/{WatchdogSource.PeriodMinutes} * * * *"),
        TimeZone = "Etc/UTC",
        PubsubTarget = new JobPubsubTargetArgs { TopicName = ticks.Id, Data = Convert.ToBase64String(Encoding.UTF8.GetBytes("tick")) },
    }, _child);
}
