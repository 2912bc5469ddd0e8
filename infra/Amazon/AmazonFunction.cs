using GpuInfra.Infra.Common;
using Pulumi;
using Pulumi.Aws.CloudWatch;
using Pulumi.Aws.Lambda;
using Pulumi.Aws.Lambda.Inputs;
using Pulumi.Aws.Sqs;

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
    private readonly AmazonKey _key;
    private readonly InputMap<string> _tags;
    private readonly CustomResourceOptions _child;

    public AmazonFunction(string name, RegionFleet region, AmazonKey key, CustomResourceOptions child)
    {
        (_name, _key, _tags, _child) = (name, key, region.Tags.Shared.Tags, child);
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
}
