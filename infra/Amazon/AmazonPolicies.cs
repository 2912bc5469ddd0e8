using System.Collections.Immutable;
using GpuInfra.Infra.Common;
using GpuInfra.Planning.Fleets;
using GpuInfra.Planning.Plans;
using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>Policy documents. No action is a wildcard; a resource is one only where AWS knows no narrower one.</summary>
internal static class AmazonPolicies
{
    /// <summary>Lets EC2 give the role to machines.</summary>
    public static string MachineTrust { get; } = Of(new Dictionary<string, object>
    {
        ["Effect"] = "Allow",
        ["Principal"] = new { Service = "ec2.amazonaws.com" },
        ["Action"] = "sts:AssumeRole",
    });

    /// <summary>People reach a machine through session manager, without a port that is open or a key.</summary>
    public static Dictionary<string, object> SessionManager => Allow(
        "SessionManager",
        [
            "ec2messages:AcknowledgeMessage", "ec2messages:DeleteMessage", "ec2messages:FailMessage",
            "ec2messages:GetEndpoint", "ec2messages:GetMessages", "ec2messages:SendReply", "ssm:UpdateInstanceInformation",
            "ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
        ],
        "*");

    /// <summary>Lets routers and monitors read their own files of the region's bucket.</summary>
    public static Dictionary<string, object>[] OwnFiles(RegionFleet region, string root, string bucketArn, string keyArn) =>
    [
        Allow("ReadOwnFiles", ["s3:GetObject"], $"{bucketArn}/{root}/*"),
        With(Allow("DecryptOwnFiles", ["kms:Decrypt"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{region.Region}.amazonaws.com")),
    ];

    /// <summary>Lets them read the secrets that the plan names; nothing where it names none. A secret's ARN ends with six characters of AWS's own.</summary>
    public static Dictionary<string, object>[] Secrets(RegionFleet region, IReadOnlyCollection<string> names) => names.Count == 0 ? [] :
    [
        Allow("ReadSecrets", ["secretsmanager:GetSecretValue"], [.. names.Select(name => $"arn:aws:secretsmanager:{region.Region}:{region.Account}:secret:{name}-??????")]),
    ];

    /// <summary>
    /// Lets them ask the models that the plan names on Bedrock and no other; nothing where it names none. An inference profile, as <c>us.amazon.nova-lite-v1:0</c>,
    /// asks the same model in several regions, through the profile alone.
    /// </summary>
    public static Dictionary<string, object>[] AskModels(RegionFleet region, ImmutableArray<ApiBackend> apis)
    {
        string[] actions = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"];
        var bedrock = apis.Where(api => api.Dialect == ApiDialect.Bedrock).Select(api => (api.Region, Model: api.Model!, Profile: ProfileOf(api))).Order().ToList();
        var own = bedrock.Where(api => api.Profile is null).Select(api => $"arn:aws:bedrock:{api.Region}::foundation-model/{api.Model}").ToArray();
        return
        [
            .. own.Length == 0 ? [] : new[] { Allow("AskModels", actions, own) },
            .. bedrock.Where(api => api.Profile is not null).SelectMany((api, number) => new[]
            {
                Allow(FormattableString.Invariant($"AskProfile{number}"), actions, api.Profile!),
                With(
                    Allow(FormattableString.Invariant($"AskProfilesModel{number}"), actions, $"arn:aws:bedrock:*::foundation-model/{api.Model[(api.Model.IndexOf('.', StringComparison.Ordinal) + 1)..]}"),
                    "Condition", Condition("StringLike", "bedrock:InferenceProfileArn", api.Profile!)),
            }),
        ];

        string? ProfileOf(ApiBackend api) => Geographies.Contains(api.Model!.Split('.')[0]) ? $"arn:aws:bedrock:{api.Region}:{region.Account}:inference-profile/{api.Model}" : null;
    }

    /// <summary>What ids of inference profiles over regions begin with (docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html, read 2026-11-29).</summary>
    private static readonly string[] Geographies = ["us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"];

    /// <summary>Lets who has it read the weights and nothing else of the bucket.</summary>
    public static Dictionary<string, object>[] ReadWeights(RegionFleet region, string bucketArn, string keyArn) =>
    [
        Allow("ReadWeights", ["s3:GetObject"], $"{bucketArn}/{Artefact.Root}/*"),
        With(
            Allow("ListWeights", ["s3:ListBucket"], bucketArn),
            "Condition", Condition("StringLike", "s3:prefix", $"{Artefact.Root}/*")),
        With(
            Allow("DecryptWeights", ["kms:Decrypt"], keyArn),
            "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{region.Region}.amazonaws.com")),
    ];

    /// <summary>What a machine may do: read weights, pull the engine, write its logs, be reached by session manager, publish what it does.</summary>
    public static string Machine(RegionFleet region, string bucketArn, string keyArn, string[] repositoryArns, string logGroupArn, ImmutableArray<string> queueArns, string storeArn) => Of(
    [
        .. ReadWeights(region, bucketArn, keyArn),
        Allow(
            "PullEngine",
            ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            repositoryArns),
        Allow("SignInToRegistry", ["ecr:GetAuthorizationToken"], "*"),
        Allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], $"{logGroupArn}:*"),
        SessionManager,
        .. region.MachineFiles.IsEmpty
            ? []
            : new[] { Allow("ReadFiles", ["s3:GetObject"], [.. region.MachineFiles.Select(file => file.Root).Distinct().Select(root => $"{bucketArn}/{root}/*")]) },
        .. region.ManagedRules is null ? [] : new[] { AmazonMetricsPolicies.Send(storeArn) },
        .. region.HasStandby ? AmazonStandby.Rights(region) : [],
        .. AmazonRendezvous.Rights(region, bucketArn, keyArn),
        .. queueArns.IsEmpty ? [] : Jobs(region, bucketArn, keyArn, queueArns).Concat(KeepMachine(region)),
        .. region.IsMetered
            ? new[] { With(Allow("PublishFigures", ["cloudwatch:PutMetricData"], "*"), "Condition", Condition("StringEquals", "cloudwatch:namespace", "GpuInfra")) }
            : [],
    ]);

    /// <summary>What takes jobs may do besides: the queue's messages, the jobs' files and no others.</summary>
    public static IEnumerable<Dictionary<string, object>> Jobs(RegionFleet region, string bucketArn, string keyArn, ImmutableArray<string> queueArns) =>
    [
        Allow("TakeJobs", ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"], [.. queueArns]),
        Allow("JobFiles", ["s3:GetObject", "s3:PutObject"], [.. RunnerSource.Folders(region.Trains).Select(folder => $"{bucketArn}/{folder}/*")]),
        .. RunnerSource.Folders(region.Trains).Select(folder => With(
            Allow($"List{Title(folder)}", ["s3:ListBucket"], bucketArn), "Condition", Condition("StringLike", "s3:prefix", $"{folder}/*"))),
        With(Allow("EncryptJobFiles", ["kms:GenerateDataKey"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"s3.{region.Region}.amazonaws.com")),
        With(Allow("ReadJobs", ["kms:Decrypt"], keyArn), "Condition", Condition("StringEquals", "kms:ViaService", $"sqs.{region.Region}.amazonaws.com")),
    ];

    /// <summary>A machine with a job keeps itself from being scaled in.</summary>
    private static IEnumerable<Dictionary<string, object>> KeepMachine(RegionFleet region) =>
    [
        Allow("FindGroup", ["autoscaling:DescribeAutoScalingInstances"], "*"),
        With(
            Allow("KeepWhileBusy", ["autoscaling:SetInstanceProtection"], $"arn:aws:autoscaling:{region.Region}:{region.Account}:autoScalingGroup:*:autoScalingGroupName/*"),
            "Condition",
            Condition("StringEquals", $"aws:ResourceTag/{region.Tags.KeyOf("managed-by")}", region.Tags.Shared.Tags[region.Tags.KeyOf("managed-by")])),
    ];

    private static string Title(string folder) => folder == DataFolders.Jobs ? "JobFiles" : $"{char.ToUpperInvariant(folder[0])}{folder[1..]}";

    /// <summary>Refuses whoever does not come over TLS.</summary>
    public static string TlsOnly(string bucketArn) => Of(new Dictionary<string, object>
    {
        ["Sid"] = "TlsOnly",
        ["Effect"] = "Deny",
        ["Principal"] = Anyone,
        ["Action"] = "s3:*",
        ["Resource"] = new[] { bucketArn, $"{bucketArn}/*" },
        ["Condition"] = Condition("Bool", "aws:SecureTransport", "false"),
    });

    /// <summary>
    /// What the network lets through to S3: reading the weights, and the layers of images, which the registry keeps in a
    /// bucket of its own and hands out by signed address.
    /// </summary>
    public static string S3Endpoint(string bucketArn, RegionFleet region) => Of(
    [
        With(Allow("Weights", ["s3:GetObject", "s3:ListBucket"], bucketArn, $"{bucketArn}/*"), "Principal", Anyone),
        With(Allow("ImageLayers", ["s3:GetObject"], $"arn:aws:s3:::prod-{region.Region}-starport-layer-bucket/*"), "Principal", Anyone),
        .. region.QueuedServings.IsEmpty ? [] : new[] { With(Allow("JobFiles", ["s3:PutObject"], [.. RunnerSource.Folders(region.Trains).Select(folder => $"{bucketArn}/{folder}/*")]), "Principal", Anyone) },
        .. AmazonRendezvous.Endpoint(region, bucketArn),
    ]);
}
