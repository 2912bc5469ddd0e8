using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>What a container that trains must not have of the runner beside it: its credentials, or a place where they are kept. It is the code of whoever wrote the plan's command.</summary>
internal static class TrainingFaults
{
    private const string Container = "training";
    private const string Skip = "eks.amazonaws.com/skip-containers";

    /// <summary>Volumes by which the runner hands it jobs.</summary>
    private static readonly string[] Shared = ["job", "control"];

    /// <summary>What is wrong with a pod; nothing with one that does not train.</summary>
    /// <param name="template">The pod's template, with its annotations.</param>
    public static IEnumerable<string> Of(PropertyValue template)
    {
        var pod = template.At("spec");
        if (PodRules.Containers(pod!).FirstOrDefault(container => container.TextAt("name") == Container) is not { } training)
        {
            yield break;
        }

        var tokens = pod.ListAt("volumes").Where(volume => volume.At("projected") is not null || volume.At("secret") is not null).Select(volume => volume.TextAt("name")).ToHashSet();
        if (tokens.Count == 0 && template.TextAt("metadata", "annotations", Skip) != Container)
        {
            yield return $"{Container} gets the runner's credentials: no annotation {Skip} leaves it out";
        }

        var own = training.ListAt("volumeMounts").Where(mount => !Shared.Contains(mount.TextAt("name"))).ToList();
        if (own.Any(mount => tokens.Contains(mount.TextAt("name"))))
        {
            yield return $"{Container} gets the runner's token: a volume with it is mounted there";
        }

        var others = PodRules.Containers(pod!).Where(container => container != training).SelectMany(container => container.ListAt("volumeMounts"))
            .Where(mount => mount.TextAt("readOnly") != "true").Select(mount => mount.TextAt("name")).ToHashSet();
        foreach (var mount in own.Where(mount => mount.TextAt("readOnly") != "true" && others.Contains(mount.TextAt("name"))))
        {
            yield return $"{Container} sees what the runner keeps: both have {mount.TextAt("name")}";
        }
    }
}
