using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>What runs in a cluster is code from outside, on machines that hold everybody's weights.</summary>
internal static class PodRules
{
    private const string Root = "root";

    /// <summary>
    /// What must have more, and why: pods by the beginning of their name, each with what it may. Anything else keeps to Pod Security's restricted level and more.
    /// </summary>
    private static readonly (string Name, string[] May, string Because)[] Exceptions =
    [
        ("device-plugin-", [Root, "hostPath"], "it tells the kubelet of GPUs by a socket that root owns on the host"),
        ("canaries", ["token"], "it writes which canaries are stopped, into the one object that its role names"),
    ];

    public static Policy<Evidence> PodsRestricted { get; } = new(
        "pods-restricted",
        "every pod runs without root, rights, a writable system or a token of the cluster, and from an image that is named by its digest",
        "securityContext: runAsNonRoot, readOnlyRootFilesystem, allowPrivilegeEscalation false, capabilities drop ALL, seccompProfile RuntimeDefault; automountServiceAccountToken false; image NAME@sha256:….",
        evidence => evidence.Look(resource => TemplatesOf(resource).ToList() is { Count: > 0 } templates
            ? templates.SelectMany(template => Faults(resource, template.At("spec")!).Concat(TrainingFaults.Of(template))).Distinct()
            : null));

    /// <summary>A namespace is as strict as its label says, and as open as its policies leave it.</summary>
    public static Policy<Evidence> NamespacesClosed { get; } = new(
        "namespaces-closed",
        "every namespace says how strict it is with pods, and where engines run nothing is reached but what a policy allows",
        "label pod-security.kubernetes.io/enforce restricted (privileged only where PodRules lists the exception); a NetworkPolicy without a rule for all pods, Ingress and Egress.",
        evidence => evidence.Look(resource => resource.Type switch
        {
            "kubernetes:core/v1:Namespace" => Faults(resource, evidence),
            _ => null,
        }));

    /// <summary>The specifications of the pods that an object starts; none for one that starts none.</summary>
    public static IEnumerable<PropertyValue> PodsOf(ResourceRecord resource) => TemplatesOf(resource).Select(template => template.At("spec")).OfType<PropertyValue>();

    /// <summary>The templates of the pods that an object starts: one, of groups of pods that of the leader and that of the others, or none.</summary>
    private static IEnumerable<PropertyValue> TemplatesOf(ResourceRecord resource) => (resource.Type switch
    {
        "kubernetes:apps/v1:Deployment" or "kubernetes:apps/v1:DaemonSet" or "kubernetes:apps/v1:StatefulSet" or "kubernetes:batch/v1:Job" => [resource.Inputs.At("spec", "template")],
        "kubernetes:batch/v1:CronJob" => [resource.Inputs.At("spec", "jobTemplate", "spec", "template")],
        ResourceTypes.LeaderWorkerSet => new[] { "leaderTemplate", "workerTemplate" }.Select(template => resource.Inputs.At("spec", "leaderWorkerTemplate", template)),
        _ => Enumerable.Empty<PropertyValue?>(),
    }).OfType<PropertyValue>();

    /// <summary>All containers of a pod.</summary>
    public static IEnumerable<PropertyValue> Containers(PropertyValue pod) => pod.ListAt("initContainers").Concat(pod.ListAt("containers"));

    private static IEnumerable<string> Faults(ResourceRecord resource, PropertyValue pod)
    {
        var name = resource.Inputs.TextAt("metadata", "name") ?? resource.Name;
        var may = Exceptions.Where(exception => name.StartsWith(exception.Name, StringComparison.Ordinal)).SelectMany(exception => exception.May).ToHashSet(StringComparer.Ordinal);
        if (pod.TextAt("automountServiceAccountToken") != "false")
        {
            yield return "its pods get a token of the cluster: automountServiceAccountToken is not false";
        }

        if (!may.Contains("token") && pod.ListAt("volumes").SelectMany(volume => volume.ListAt("projected", "sources")).Any(source => source.At("serviceAccountToken") is { } token && token.TextAt("audience") is null))
        {
            yield return "its pods get a token of the cluster: a volume has one that is for nobody else";
        }

        foreach (var host in new[] { "hostNetwork", "hostPID", "hostIPC" }.Where(host => pod.TextAt(host) == "true"))
        {
            yield return $"its pods share the host: {host} is true";
        }

        if (!may.Contains("hostPath") && pod.ListAt("volumes").Any(volume => volume.At("hostPath") is not null))
        {
            yield return "its pods see the host's files: a volume is a hostPath";
        }

        if (pod.TextAt("securityContext", "seccompProfile", "type") != "RuntimeDefault")
        {
            yield return "its pods may call all of the kernel: seccompProfile is not RuntimeDefault";
        }

        if (!may.Contains(Root) && pod.TextAt("securityContext", "runAsNonRoot") != "true")
        {
            yield return "its pods may run as root: runAsNonRoot is not true";
        }

        foreach (var fault in Containers(pod).SelectMany(OfContainer))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> OfContainer(PropertyValue container)
    {
        var name = container.TextAt("name");
        var security = container.At("securityContext");
        if (security.TextAt("privileged") == "true" || security.TextAt("allowPrivilegeEscalation") != "false")
        {
            yield return $"{name} may get more rights: allowPrivilegeEscalation is not false";
        }

        if (!security.ListAt("capabilities", "drop").Any(capability => capability.TextAt() == "ALL") || security.ListAt("capabilities", "add").Any())
        {
            yield return $"{name} keeps rights of root: capabilities do not drop ALL, or add some";
        }

        if (security.TextAt("readOnlyRootFilesystem") != "true")
        {
            yield return $"{name} may change its own program: readOnlyRootFilesystem is not true";
        }

        if (container.TextAt("image")?.Contains("@sha256:", StringComparison.Ordinal) != true)
        {
            yield return $"{name} is another program tomorrow: its image {container.TextAt("image")} has no digest";
        }

        if (container.At("resources", "limits", "memory") is null && container.At("resources", "requests", "nvidia.com/gpu") is null)
        {
            yield return $"{name} may take all memory of its node: it has no limit";
        }
    }

    private static IEnumerable<string> Faults(ResourceRecord space, Evidence evidence)
    {
        var name = space.Inputs.TextAt("metadata", "name");
        var level = space.Inputs.TextAt("metadata", "labels", "pod-security.kubernetes.io/enforce");
        if (level is null)
        {
            yield return "it says nothing of Pod Security: any pod may do anything to its node";
        }

        var inside = evidence.Resources.Where(resource => resource.Inputs.TextAt("metadata", "namespace") == name && evidence.RegionOf(resource) == evidence.RegionOf(space)).ToList();
        if (level is "privileged" && inside.Where(resource => PodsOf(resource).Any()).Any(resource => !Exceptions.Any(exception => exception.May.Contains(Root) && resource.Inputs.TextAt("metadata", "name")?.StartsWith(exception.Name, StringComparison.Ordinal) == true)))
        {
            yield return "its pods may do anything to their node, and not all of them need to";
        }

        var holdsEngines = inside.Any(resource => resource.Inputs.TextAt("spec", "template", "metadata", "labels", "gpu.fleet/role") == "engine"
            || resource.Inputs.TextAt("spec", "leaderWorkerTemplate", "leaderTemplate", "metadata", "labels", "gpu.fleet/role") == "engine");
        if (holdsEngines && !inside.Any(resource => resource.Type == "kubernetes:networking.k8s.io/v1:NetworkPolicy" && ClosesAll(resource.Inputs.At("spec"))))
        {
            yield return "its engines are reached by anybody and reach anybody: no NetworkPolicy closes it";
        }
    }

    /// <summary>A policy for all pods, for both directions, that allows nothing.</summary>
    private static bool ClosesAll(PropertyValue? policy) =>
        policy.At("podSelector") is PropertyValue.Map { Members.IsEmpty: true } && !policy.ListAt("ingress").Any() && !policy.ListAt("egress").Any()
        && policy.ListAt("policyTypes").Select(type => type.TextAt()).ToHashSet().SetEquals(["Ingress", "Egress"]);
}
