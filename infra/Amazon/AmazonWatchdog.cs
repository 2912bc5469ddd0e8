using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.DynamoDB;
using Pulumi.Aws.DynamoDB.Inputs;
using Pulumi.Aws.Iam;
using Pulumi.Aws.Lambda;
using Pulumi.Aws.Sns;

namespace GpuInfra.Infra.Amazon;

/// <summary>
/// Takes idle machines of a region out of service: a function, started every quarter of an hour, one at a time, with its memory, its kill
/// switch, its notices and its dead letters, all under the region's key.
/// </summary>
internal sealed class AmazonWatchdog : ComponentResource
{
    private readonly RegionFleet _region;
    private readonly AmazonKey _key;
    private readonly string _name;
    private readonly CustomResourceOptions _child;

    public AmazonWatchdog(RegionFleet region, AmazonKey key, ComponentResourceOptions options)
        : base("gpuinfra:amazon:Watchdog", region.Name, options)
    {
        (_region, _key, _name) = (region, key, $"gpuinfra-{region.Region}-watchdog");
        _child = new CustomResourceOptions { Parent = this };
        var tags = region.Tags.Shared.Tags;
        var own = new AmazonFunction(_name, region, key, _child);
        var topic = new Topic(_name, new TopicArgs { KmsMasterKeyId = key.Arn, Tags = tags }, _child);
        foreach (var owner in region.Tags.Owners(region.Pools.Select(pool => pool.Pool)))
        {
            _ = new TopicSubscription($"{_name}-{owner}", new TopicSubscriptionArgs { Topic = topic.Arn, Protocol = "email", Endpoint = owner }, _child);
        }

        var function = Program(own, topic);
        own.StartEvery(function, "Starts the watchdog", WatchdogSource.PeriodMinutes, lateSeconds: 600);
        AmazonWatchdogAlarms.Add(_name, region, function, own.Letters, topic, this);
        RegisterOutputs();
    }

    private Function Program(AmazonFunction own, Topic topic)
    {
        var tags = _region.Tags.Shared.Tags;
        var table = new Table(_name, new TableArgs
        {
            BillingMode = "PAY_PER_REQUEST",
            HashKey = "id",
            Attributes = { new TableAttributeArgs { Name = "id", Type = "S" } },
            ServerSideEncryption = new TableServerSideEncryptionArgs { Enabled = true, KmsKeyArn = _key.Arn },
            Tags = tags,
        }, _child);

        var killSwitch = own.KillSwitch("watchdog", "on: the watchdog works; off: it does nothing");
        var role = AmazonRole.Of(_region, _child, _name, AmazonWatchdogPolicies.FunctionTrust, Output
            .Tuple(table.Arn, killSwitch.Arn, topic.Arn, own.Letters.Arn, _key.Arn, own.Logs.Arn)
            .Apply(arns => AmazonWatchdogPolicies.Function(
                _region, new AmazonWatchdogPolicies.Names(arns.Item1, arns.Item2, arns.Item3, arns.Item4, arns.Item5, arns.Item6))));
        return own.Program(
            $"Takes idle GPU machines out of service ({_region.Watchdog!.Mode.Name()})",
            WatchdogSource.Files(_region, ("aws.py", "aws.py")),
            role,
            new InputMap<string> { ["TABLE"] = table.Name, ["TOPIC"] = topic.Arn, ["SWITCH"] = killSwitch.Name });
    }
}
