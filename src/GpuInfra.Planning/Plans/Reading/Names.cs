using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GpuInfra.Planning.Catalogs;
using GpuInfra.Planning.Units;

namespace GpuInfra.Planning.Plans.Reading;

/// <summary>Texts with a rule: names, accounts, tags, and what the catalog lists.</summary>
internal static partial class Names
{
    private static readonly IPNetwork[] Private = [IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16")];

    private const string MailPattern = @"^[^@\s]{1,64}@[^@\s]+\.[^@\s]+$";
    private const string TagPattern = "^[a-z][a-z0-9_-]{0,62}$";
    private const string TagValuePattern = "^[a-z0-9_-]{1,63}$";
    private const string ProjectPattern = "^[a-z][a-z0-9-]{4,28}[a-z0-9]$";

    /// <summary>A mail address.</summary>
    public static PlanValue<string> Mail { get; } = Matching("a mail address, as a@example.com", MailPattern);

    /// <summary>The key of a tag: AWS takes nearly anything, Google Cloud this, so both get this.</summary>
    public static PlanValue<string> TagKey { get; } = Matching(
        "a tag key: 1 to 63 lower-case letters, digits, - and _, beginning with a letter (what both clouds take)", TagPattern);

    /// <summary>The value of a tag.</summary>
    public static PlanValue<string> TagValue { get; } = Matching(
        "a tag value: 1 to 63 lower-case letters, digits, - and _ (what both clouds take)", TagValuePattern);

    /// <summary>The organisation's name of a tag; on Google Cloud it becomes a label, in lower case.</summary>
    public static PlanValue<string> TagName { get; } = Matching(
        "a tag key: 1 to 63 letters, digits, - and _, beginning with a letter", "^[A-Za-z][A-Za-z0-9_-]{0,62}$");

    /// <summary>A Google Cloud project id.</summary>
    public static PlanValue<string> GoogleProject { get; } = Matching(
        "a project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen", ProjectPattern);

    /// <summary>An AWS account id, in quotes.</summary>
    public static PlanValue<string> AwsAccount { get; } = new ScalarValue<string>(
        "an account id of 12 digits in quotes",
        (node, _) => node switch
        {
            { Quoted: false } when node.Text.All(char.IsAsciiDigit) => Parsed<string>.Refused(
                $"write the account id in quotes, as \"{node.Text.PadLeft(12, '0')}\": "
                + "without them it is a number, and tools drop its leading zeros"),
            _ when AccountForm().IsMatch(node.Text) => node.Text,
            _ => Parsed<string>.Refused($"{HumanUnits.Quote(node.Text)} is not an account id: it has 12 digits, without hyphens"),
        },
        () => new JsonObject { ["type"] = "string", ["pattern"] = "^[0-9]{12}$" });

    /// <summary>A VPC's id on AWS.</summary>
    public static PlanValue<string> Vpc { get; } = Matching(
        "a VPC's id, as vpc-0123456789abcdef0", "^vpc-([0-9a-f]{8}|[0-9a-f]{17})$");

    /// <summary>A subnet's id on AWS.</summary>
    public static PlanValue<string> Subnet { get; } = Matching(
        "a subnet's id, as subnet-0123456789abcdef0", "^subnet-([0-9a-f]{8}|[0-9a-f]{17})$");

    /// <summary>A zone's id on AWS.</summary>
    public static PlanValue<string> AwsZone { get; } = Matching(
        "a zone's id, as use1-az1 (a name as us-east-1a means another place in every account)", "^[a-z]{2,5}[0-9]+-az[0-9]+$");

    /// <summary>A line of free text.</summary>
    /// <param name="what">What it says, for messages.</param>
    /// <param name="longest">Its most characters.</param>
    /// <param name="pattern">What it must be like, as a JSON schema pattern.</param>
    public static PlanValue<string> Line(string what, int longest, string pattern) => new ScalarValue<string>(
        what,
        (node, _) => node.Text.Length > longest || node.Text.Any(char.IsControl)
            ? Parsed<string>.Refused($"is not one line of at most {longest} characters")
            : IsWhole(node.Text, pattern)
                ? node.Text.Trim()
                : Parsed<string>.Refused($"{HumanUnits.Quote(node.Text)} is not {what}"),
        () => new JsonObject { ["type"] = "string", ["pattern"] = pattern, ["maxLength"] = longest });

    /// <summary>A name of the author's choice, which begins names of cloud resources.</summary>
    public static PlanValue<string> Name(int longest, params string[] reserved) => new ScalarValue<string>(
        "a name",
        (node, _) => Array.IndexOf(reserved, node.Text) >= 0
            ? Parsed<string>.Refused($"{HumanUnits.Quote(node.Text)} is a word of GpuInfra's own: choose another name")
            : Match(node, $"a name: 1 to {longest} lower-case letters, digits and hyphens, beginning with a letter, not ending with a hyphen",
                NamePattern(longest)),
        () => new JsonObject { ["type"] = "string", ["pattern"] = NamePattern(longest) });

    /// <summary>A model, by catalog id or alias.</summary>
    public static PlanValue<ModelChoice> Model { get; } = new ScalarValue<ModelChoice>(
        "a model of the catalog",
        (node, reading) => reading.Catalog.FindModel(node.Text) is { } model
            ? new ModelChoice(model, null)
            : Parsed<ModelChoice>.Refused(UnknownName.Model(node.Text, reading.Catalog)),
        () => Listed(Catalog.Embedded.Models.Select(model => model.Id)));

    /// <summary>The id of a model that the catalog does not have.</summary>
    public static PlanValue<string> OwnModel { get; } = Matching(
        "a model's id: 2 to 40 lower-case letters, digits, hyphens and points, beginning with a letter and not ending with a hyphen or point",
        "^[a-z][a-z0-9.-]{0,38}[a-z0-9]$");

    /// <summary>Where weights are published.</summary>
    public static PlanValue<string> WeightsUri { get; } = Matching(
        "an address of weights: it begins with hf://, s3://, gs:// or https://", @"^(hf|s3|gs|https)://[^\s@]{1,500}$");

    /// <summary>A revision of weights, which becomes part of a path.</summary>
    public static PlanValue<string> Revision { get; } = Matching(
        "a revision: 1 to 64 letters, digits, points, hyphens and underscores, beginning with a letter or digit",
        "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$");

    /// <summary>A release of an engine.</summary>
    public static PlanValue<string> EngineVersion { get; } = Matching("a release, as \"0.19.0\"", @"^[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}[A-Za-z0-9.+-]{0,20}$");

    /// <summary>A SHA-256.</summary>
    public static PlanValue<string> Sha256 { get; } = Matching("a SHA-256: 64 hexadecimal digits in lower case", "^[0-9a-f]{64}$");

    /// <summary>A name in the domain name system.</summary>
    public static PlanValue<string> DnsName { get; } = Matching(
        "a DNS name, as llm.example.internal", @"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){1,9}$");

    /// <summary>A word of a command: quotes and dollars are not taken, since it passes through a unit of systemd.</summary>
    public static PlanValue<string> Word { get; } = Matching("a word of a command, without blanks, quotes, dollars and percent signs", @"^[A-Za-z0-9_./:=,@+-]{1,200}$");

    /// <summary>The path of an address, without its last slash.</summary>
    public static PlanValue<string> UrlPath { get; } = Matching("a path, as /openai", @"^(/[A-Za-z0-9._~-]{1,80}){1,8}$");

    /// <summary>The name of a secret in a cloud's store: what both clouds take.</summary>
    public static PlanValue<string> Secret { get; } = Matching(
        "the name of a secret: 1 to 200 letters, digits, hyphens and underscores (what both clouds' stores take)", "^[A-Za-z][A-Za-z0-9_-]{0,199}$");

    /// <summary>An address on the web.</summary>
    public static PlanValue<string> WebAddress { get; } = Matching("an address that begins with https://", @"^https://[^\s@]{1,500}$");

    /// <summary>A channel of Slack; YAML takes what follows a bare # for a comment, so it stands in quotes.</summary>
    public static PlanValue<string> SlackChannel { get; } = Matching("a channel of Slack, as \"#gpu-alerts\"", "^#[a-z0-9_-]{1,80}$");

    /// <summary>A network of private addresses (RFC 1918).</summary>
    public static PlanValue<string> PrivateNetwork { get; } = new ScalarValue<string>(
        "a private network, as 10.20.0.0/24",
        (node, _) => IPNetwork.TryParse(node.Text, out var network) && network.ToString() == node.Text && Private.Any(range => range.Contains(network.BaseAddress) && range.PrefixLength <= network.PrefixLength)
            ? node.Text
            : Parsed<string>.Refused(
                $"{HumanUnits.Quote(node.Text)} is not a private network, as 10.20.0.0/24: inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, and no bit set after its prefix"),
        () => new JsonObject { ["type"] = "string", ["pattern"] = @"^[0-9]{1,3}(\.[0-9]{1,3}){3}/[0-9]{1,2}$" });

    /// <summary>A region of some cloud; which regions there are depends on it.</summary>
    public static PlanValue<string> AnyRegion { get; } = Matching("a region, as us-east-1", "^[a-z0-9-]{1,40}$");

    /// <summary>An instance type of some cloud.</summary>
    public static PlanValue<string> InstanceType { get; } = Matching(
        "an instance type, as p5.48xlarge or a3-highgpu-8g", "^[A-Za-z0-9.+-]{1,60}$");

    /// <summary>A family of instance types.</summary>
    public static PlanValue<string> InstanceFamily { get; } = Matching(
        "a family of instance types, as p5 or a3-highgpu", "^[a-z0-9-]{1,40}$");

    /// <summary>A region of a cloud that the catalog has offers in.</summary>
    public static PlanValue<string> Region(CloudProvider cloud) => new ScalarValue<string>(
        "a region of the catalog",
        (node, reading) => reading.Catalog.Regions(cloud).Contains(node.Text)
            ? node.Text
            : Parsed<string>.Refused(UnknownName.Of("region", node.Text, reading.Catalog.Regions(cloud), [])),
        () => Listed(Catalog.Embedded.Regions(cloud)));

    private static PlanValue<string> Matching(string what, string pattern) => new ScalarValue<string>(
        what,
        (node, _) => Match(node, what, pattern),
        () => new JsonObject { ["type"] = "string", ["pattern"] = pattern },
        text => text);

    private static Parsed<string> Match(ScalarNode node, string what, string pattern) => node switch
    {
        { Quoted: false } when ReadOtherwise().IsMatch(node.Text) => Parsed<string>.Refused(
            $"write {HumanUnits.Quote(node.Text)} with its quotes: without them other YAML tools take it for a number or for true or false"),
        _ when IsWhole(node.Text, pattern) => node.Text,
        _ => Parsed<string>.Refused($"{HumanUnits.Quote(node.Text)} is not {what}"),
    };

    /// <summary>Patterns are JSON schema's, where $ is the end; in .NET it also stands before a last line break, and \z is the end.</summary>
    private static bool IsWhole(string text, string pattern) =>
        Regex.IsMatch(text, pattern[..^1] + @"\z", RegexOptions.CultureInvariant);

    private static string NamePattern(int longest) => $"^[a-z]([a-z0-9-]{{0,{longest - 2}}}[a-z0-9])?$";

    private static JsonObject Listed(IEnumerable<string> ids) =>
        new() { ["type"] = "string", ["examples"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) };

    [GeneratedRegex(@"^[0-9]{12}\z")]
    private static partial Regex AccountForm();

    /// <summary>
    /// Plain words that YAML 1.1 reads as truth values, and digits that are not an ordinary number (octal, hexadecimal, exponents, dates).
    /// </summary>
    [GeneratedRegex(
        "^(y|n|yes|no|on|off|true|false)$|^0[0-9]|^0[xo]|^[0-9][0-9_]*[_e.:-][0-9_e.:-]*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ReadOtherwise();
}
