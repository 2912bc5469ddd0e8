using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Nobody may do more than they need, and nobody holds a credential that does not end.</summary>
internal static class AccessRules
{
    private const string EndpointPolicy = "aws:ec2/vpcEndpoint:VpcEndpoint";

    private static readonly string[] Escalating = ["escalate", "bind", "impersonate"];
    private static readonly string[] BasicRoles = ["roles/owner", "roles/editor", "roles/viewer"];
    private static readonly string[] Anyone = ["allUsers", "allAuthenticatedUsers"];
    private static readonly string[] BroadPolicies = ["/AdministratorAccess", "/PowerUserAccess", "/IAMFullAccess"];
    private static readonly string[] EndlessCredentials = ["aws:iam/accessKey:AccessKey", "gcp:serviceaccount/key:Key"];

    public static Policy<Evidence> LeastPrivilege { get; } = new(
        "least-privilege",
        "no identity may do everything, no role is basic, no grant is to everyone, no key is endless",
        "name the actions and the resources; grant a narrow role to one member; let machines take roles instead of keys.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            _ when EndlessCredentials.Contains(resource.Type) => ["it is a credential that does not end"],
            _ when ResourceTypes.GoogleTemplates.Contains(resource.Type) || resource.Type == ResourceTypes.GoogleInstance =>
                MachineAccount(resource.Inputs.TextAt("serviceAccount", "email")),
            _ when resource.Type.StartsWith(ResourceTypes.ClusterAccess, StringComparison.Ordinal) => Cluster(resource),
            _ when resource.Type.StartsWith("gcp:", StringComparison.Ordinal) => Google(resource),
            _ when resource.Type.StartsWith("aws:", StringComparison.Ordinal) => Amazon(resource),
            _ => null,
        }));

    /// <summary>What pods may do in their cluster: named verbs on named objects of one namespace, by an account of their own.</summary>
    private static IEnumerable<string>? Cluster(ResourceRecord resource) => resource.Type switch
    {
        ResourceTypes.ClusterRole => resource.Inputs.ListAt("rules").SelectMany(OfRole),
        ResourceTypes.ClusterBinding =>
        [
            .. Values.Unless(resource.Inputs.TextAt("roleRef", "name") != "cluster-admin", "it gives cluster-admin, which may do everything in the cluster"),
            .. resource.Inputs.ListAt("subjects").Where(subject => subject.TextAt("kind") != "ServiceAccount" || subject.TextAt("name") is null or "default")
                .Select(subject => $"it gives {resource.Inputs.TextAt("roleRef", "name")} to {subject.TextAt("kind")} {subject.TextAt("name")}, which is more than one program"),
        ],
        _ => ["it holds in all namespaces of its cluster"],
    };

    private static IEnumerable<string> OfRole(PropertyValue rule)
    {
        var said = new[] { "verbs", "resources", "apiGroups" }.ToDictionary(key => key, key => rule.ListAt(key).Select(value => value.TextAt()).ToList(), StringComparer.Ordinal);
        foreach (var key in said.Where(part => part.Value.Contains("*")).Select(part => part.Key))
        {
            yield return $"it names no {key} but all of the cluster's";
        }

        foreach (var verb in said["verbs"].Where(Escalating.Contains))
        {
            yield return $"it may {verb}, and so give itself any right";
        }

        // What is not there yet has no name that could be asked.
        if (!rule.ListAt("resourceNames").Any() && said["verbs"] is not ["create"])
        {
            yield return $"it may {string.Join(", ", said["verbs"])} all {string.Join(", ", said["resources"])} of its namespace: resourceNames are missing";
        }
    }

    private static IEnumerable<string>? Google(ResourceRecord resource)
    {
        if (resource.Inputs.TextAt("role") is not { } role || !resource.Type.Contains("IAM", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var members = resource.Inputs.ListAt("members").Select(member => member.TextAt()).Append(resource.Inputs.TextAt("member"));
        return
        [
            .. Values.Unless(!BasicRoles.Contains(role), $"{role} is a basic role: it covers nearly everything in the project"),
            .. members.Where(Anyone.Contains).Select(member => $"it grants {role} to {member}"),
        ];
    }

    /// <summary>Without an account of its own a machine gets the project's default one, which is an editor.</summary>
    private static IEnumerable<string> MachineAccount(string? email) => Values.Unless(
        email is not null && !email.EndsWith("-compute@developer.gserviceaccount.com", StringComparison.Ordinal),
        "its machines run as the project's default account");

    private static IEnumerable<string>? Amazon(ResourceRecord resource)
    {
        var documents = new[] { resource.Inputs.At("policy"), resource.Inputs.At("assumeRolePolicy") }
            .Concat(resource.Inputs.ListAt("inlinePolicies").Select(inline => inline.At("policy")))
            .Where(document => document is PropertyValue.Text).ToList();
        var attached = resource.Inputs.ListAt("managedPolicyArns").Select(arn => arn.TextAt())
            .Append(resource.Inputs.TextAt("policyArn")).OfType<string>().ToList();
        return documents.Count + attached.Count == 0
            ? null
            : documents.SelectMany(AccessStatement.Read).SelectMany(statement => Faults(statement, resource.Type == EndpointPolicy))
                .Concat(attached.Where(arn => BroadPolicies.Any(broad => arn.EndsWith(broad, StringComparison.Ordinal)))
                    .Select(arn => $"it attaches {arn}"))
                .Distinct();
    }

    /// <summary>An endpoint's policy speaks of whoever comes through it; their own policies still decide.</summary>
    private static IEnumerable<string> Faults(AccessStatement statement, bool ofEndpoint)
    {
        if (!statement.Allows)
        {
            yield break;
        }

        foreach (var inversion in statement.Inversions)
        {
            yield return $"it allows everything but what {inversion} lists";
        }

        var everywhere = statement.Resources.Any(resource => resource.TrimEnd(':', '*', '/') is "" or "arn:aws:s3" or "arn:aws:iam");
        foreach (var action in statement.Actions)
        {
            if (action is "*" or "*:*")
            {
                yield return "it allows every action";
            }
            else if (everywhere && action.Contains('*', StringComparison.Ordinal))
            {
                yield return $"it allows {action} on every resource";
            }
            else if (everywhere && action.Equals("iam:PassRole", StringComparison.OrdinalIgnoreCase))
            {
                yield return "it may pass any role on";
            }
        }

        if (statement is { IsForAnyone: true, HasCondition: false } && !ofEndpoint)
        {
            yield return "it allows anyone";
        }
    }
}
