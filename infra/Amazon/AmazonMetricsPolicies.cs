using static GpuInfra.Infra.Amazon.PolicyDocument;

namespace GpuInfra.Infra.Amazon;

/// <summary>Who may do what with the region's store of series, its topics and its key.</summary>
internal static class AmazonMetricsPolicies
{
    /// <summary>Lets the store tell its own topic, and CloudWatch the alarms about the store.</summary>
    public static string Topic(string account, string topic, string store) => Of(
        With(
            With(Allow("StoreTells", ["sns:GetTopicAttributes", "sns:Publish"], topic), "Principal", new { Service = "aps.amazonaws.com" }),
            "Condition",
            new Dictionary<string, Dictionary<string, string>> { ["ArnEquals"] = new() { ["aws:SourceArn"] = store }, ["StringEquals"] = new() { ["aws:SourceAccount"] = account } }),
        With(
            With(Allow("AlarmsTell", ["sns:Publish"], topic), "Principal", new { Service = "cloudwatch.amazonaws.com" }),
            "Condition",
            Condition("StringEquals", "aws:SourceAccount", account)));

    /// <summary>What machines may do with it: send, and read nothing.</summary>
    public static Dictionary<string, object> Send(string store) => Allow("SendFigures", ["aps:RemoteWrite"], store);

    /// <summary>Statements of the key's policy: the store's own use of it, by the account's roles that make it, what it tells, and alarms about it.</summary>
    public static IEnumerable<Dictionary<string, object>> OfKey(string account, string region) =>
    [
        With(
            With(Allow("StoreByRoles", ["kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"], "*"), "Principal", new { AWS = $"arn:aws:iam::{account}:root" }),
            "Condition",
            Condition("StringEquals", "kms:ViaService", $"aps.{region}.amazonaws.com")),
        With(
            With(Allow("StoreSpeaks", ["kms:Decrypt", "kms:GenerateDataKey"], "*"), "Principal", new { Service = "aps.amazonaws.com" }),
            "Condition",
            Condition("StringEquals", "aws:SourceAccount", account)),
        AmazonKeyPolicy.AlarmsSpeak("StoreAlarmsSpeak", account, region, "metrics"),
    ];
}
