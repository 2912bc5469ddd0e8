namespace Pulumi.Offline.Schemas;

/// <summary>Something a provider would refuse.</summary>
/// <param name="Path">Where, from the resource's inputs on: <c>blockDeviceMappings[0].ebs.iops</c>; empty for the whole.</param>
/// <param name="Message">What, and what is allowed.</param>
public sealed record SchemaProblem(string Path, string Message)
{
    /// <summary>The path, if there is one, and the message.</summary>
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
