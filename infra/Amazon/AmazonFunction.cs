using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.Lambda;
using Pulumi.Aws.Lambda.Inputs;
using Pulumi.Aws.Scheduler;
using Pulumi.Aws.Scheduler.Inputs;
using Pulumi.Aws.Sqs;
using Pulumi.Aws.Ssm;

namespace GpuInfra.Infra.Amazon;

/// <summary>A function that looks after machines: with its log and its dead letters, all under the region's key, one run at a time.</summary>
internal sealed class AmazonFunction
{
    /// <summary>A year: what was done to machines and why is asked long afterwards.</summary>
    private const int LogDays = 365;

    private const int DeadLetterSeconds = 14 * 24 * 3600;

    /// <summary>Lambda's default of three seconds ends in the middle of a fleet.</summary>
    private const int TimeoutSeconds = 120;

    private readonly string _name;
    private readonly RegionFleet _region;
    private readonly AmazonKey _key;
    private readonly InputMap<string> _tags;
    private readonly CustomResourceOptions _child;

    public AmazonFunction(string name, RegionFleet region, AmazonKey key, CustomResourceOptions child)
    {
        (_name, _region, _key, _tags, _child) = (name, region, key, region.Tags.Shared.Tags, child);
        Letters = new Queue(name, new QueueArgs { KmsMasterKeyId = key.Arn, MessageRetentionSeconds = DeadLetterSeconds, Tags = _tags }, child);
        Logs = new LogGroup(name, new LogGroupArgs { RetentionInDays = LogDays, KmsKeyId = key.Arn, Tags = _tags }, child);
    }

    /// <summary>Where starts go that failed for good.</summary>
    public Queue Letters { get; }

    /// <summary>Its log.</summary>
    public LogGroup Logs { get; }

    /// <summary>The function.</summary>
    /// <param name="description">What it does.</param>
    /// <param name="files">Its program; <c>aws.py</c> holds the handler.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="variables">Its environment.</param>
    public Function Program(string description, SortedDictionary<string, string> files, Output<string> role, InputMap<string> variables) => new(_name, new FunctionArgs
    {
        Description = description,
        Runtime = "python3.13",
        Handler = "aws.handler",
        Code = FunctionFiles.Archive(files),
        Architectures = { "arm64" },
        Role = role,
        Timeout = TimeoutSeconds,
        MemorySize = 256,
        ReservedConcurrentExecutions = 1, // Two at once would count machines, and tell of them, twice.
        KmsKeyArn = _key.Arn,
        Environment = new FunctionEnvironmentArgs { Variables = variables },
        DeadLetterConfig = new FunctionDeadLetterConfigArgs { TargetArn = Letters.Arn },
        LoggingConfig = new FunctionLoggingConfigArgs { LogFormat = "Text", LogGroup = Logs.Name }, // Its lines are JSON already.
        Tags = _tags,
    }, _child);

    /// <summary>What people turn it off by. Its name is known, so that whoever must at night need not look for it; its value is theirs from then on.</summary>
    /// <param name="name">The last part of its name.</param>
    /// <param name="description">What it does on and off.</param>
    public Parameter KillSwitch(string name, string description) => new(_name, new ParameterArgs
    {
        Name = $"/gpuinfra/{_region.Settings.Stack}/{_region.Region}/{name}",
        Description = description,
        Type = "String",
        InsecureValue = "on", // No secret: it may be shown.
        AllowedPattern = "^(on|off)$",
        Tags = _tags,
    }, new CustomResourceOptions { Parent = _child.Parent, IgnoreChanges = { "insecureValue" } });

    /// <summary>Starts it again and again.</summary>
    /// <param name="function">The function.</param>
    /// <param name="description">What for.</param>
    /// <param name="minutes">Minutes from one start to the next.</param>
    /// <param name="lateSeconds">Seconds after which a start that failed is given up.</param>
    public void StartEvery(Function function, string description, int minutes, int lateSeconds)
    {
        var role = AmazonRole.Of(_region, _child, $"{_name}-schedule", AmazonWatchdogPolicies.ScheduleTrust(_region.Account), Output
            .Tuple(function.Arn, Letters.Arn, _key.Arn)
            .Apply(arns => AmazonWatchdogPolicies.Schedule(_region, arns.Item1, arns.Item2, arns.Item3)));
        _ = new Schedule(_name, new ScheduleArgs
        {
            Description = description,
            ScheduleExpression = FormattableString.Invariant($"rate({minutes} minutes)"),
            FlexibleTimeWindow = new ScheduleFlexibleTimeWindowArgs { Mode = "OFF" },
            Target = new ScheduleTargetArgs
            {
                Arn = function.Arn,
                RoleArn = role,
                DeadLetterConfig = new ScheduleTargetDeadLetterConfigArgs { Arn = Letters.Arn },
                RetryPolicy = new ScheduleTargetRetryPolicyArgs { MaximumEventAgeInSeconds = lateSeconds, MaximumRetryAttempts = 2 },
            },
        }, _child);
    }
}
