using Pulumi.Offline;

namespace GpuInfra.Offline.Policies;

/// <summary>Policies of what runs on a machine beside the engine.</summary>
internal static class MachineRules
{
    /// <summary>One hop is the machine, two the containers on it; more only helps whoever tunnels.</summary>
    private const int MostHops = 2;

    /// <summary>A request that a service forwards blindly does not come back with the machine's credentials.</summary>
    public static Policy<Evidence> ImdsV2 { get; } = new(
        "imds-v2",
        "the metadata service gives credentials to session tokens only",
        "metadataOptions: httpTokens required, httpPutResponseHopLimit 1 (2 where containers need the role).",
        evidence => evidence.Look(resource => resource.Type is ResourceTypes.LaunchTemplate or ResourceTypes.Instance
            ? Faults(resource.Inputs.At("metadataOptions"))
            : null));

    private static IEnumerable<string> Faults(PropertyValue? options)
    {
        if (options.TextAt("httpTokens") != "required")
        {
            yield return "metadataOptions.httpTokens is not required";
        }

        if (options.At("httpPutResponseHopLimit") is PropertyValue.Number { Value: > MostHops } hops)
        {
            yield return FormattableString.Invariant(
                $"metadataOptions.httpPutResponseHopLimit is {hops.Value}: more than {MostHops} hops leave the machine");
        }
    }
}
