using System.Collections.Immutable;

namespace Pulumi.Offline;

/// <summary>
/// Answers to the provider functions that say where a program runs rather than what is there: they follow the provider's
/// configuration. What depends on a cloud's state belongs into configuration.
/// </summary>
internal static class KnownInvokes
{
    private const string Account = "000000000000";

    /// <summary>The answer, or null for a function not known here.</summary>
    public static PropertyValue.Map? Answer(string token, PropertyValue.Map args, PropertyValue.Map provider)
    {
        var region = TextOf(args, "region") ?? TextOf(args, "name") ?? TextOf(provider, "region");
        var project = TextOf(args, "projectId") ?? TextOf(args, "project") ?? TextOf(provider, "project") ?? "offline";
        return token switch
        {
            "aws:index/getCallerIdentity:getCallerIdentity" => Map(
                ("accountId", Account), ("arn", $"arn:aws:iam::{Account}:user/offline"), ("id", Account), ("userId", "offline")),
            "aws:index/getPartition:getPartition" => Map(
                ("dnsSuffix", "amazonaws.com"), ("id", "aws"), ("partition", "aws"), ("reverseDnsPrefix", "com.amazonaws")),
            "aws:index/getRegion:getRegion" => AwsRegion(region ?? "us-east-1"),
            "gcp:organizations/getClientConfig:getClientConfig" => Map(
                ("accessToken", "offline"), ("id", project), ("project", project), ("region", region ?? "us-central1"),
                ("zone", TextOf(provider, "zone") ?? $"{region ?? "us-central1"}-a")),
            "gcp:organizations/getProject:getProject" => Map(
                ("id", $"projects/{project}"), ("name", project), ("number", Account), ("projectId", project)),
            "gcp:storage/getProjectServiceAccount:getProjectServiceAccount" => GoogleStorageAgent(project),
            "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount" => GoogleTransferAgent(project),
            _ => null,
        };
    }

    private static PropertyValue.Map GoogleTransferAgent(string project)
    {
        const string Email = $"project-{Account}@storage-transfer-service.iam.gserviceaccount.com";
        return Map(("email", Email), ("id", Email), ("member", $"serviceAccount:{Email}"), ("project", project), ("subjectId", Account));
    }

    private static PropertyValue.Map GoogleStorageAgent(string project)
    {
        const string Email = $"service-{Account}@gs-project-accounts.iam.gserviceaccount.com";
        return Map(("emailAddress", Email), ("id", Email), ("member", $"serviceAccount:{Email}"), ("project", project));
    }

    private static PropertyValue.Map AwsRegion(string region) => Map(
        ("description", region), ("endpoint", $"ec2.{region}.amazonaws.com"), ("id", region), ("name", region), ("region", region));

    private static string? TextOf(PropertyValue.Map map, string name)
        => map.Members.GetValueOrDefault(name) is PropertyValue.Text { Value: var text } ? text : null;

    private static PropertyValue.Map Map(params (string Name, string Text)[] members) => new(members.ToImmutableSortedDictionary(
        member => member.Name, member => (PropertyValue)new PropertyValue.Text(member.Text), StringComparer.Ordinal));
}
