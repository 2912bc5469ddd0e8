namespace Pulumi;

/// <summary>A resource's name in a deployment: <c>urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME</c>.</summary>
public readonly struct Urn(string value) : IEquatable<Urn>
{
    private readonly string _value = value;

    public static implicit operator string(Urn value) => value._value;

    public static bool operator ==(Urn left, Urn right) => left.Equals(right);

    public static bool operator !=(Urn left, Urn right) => !left.Equals(right);

    public static Output<string> Create(
        Input<string> name,
        Input<string> type,
        Resource? parent = null,
        Input<string>? parentUrn = null,
        Input<string>? project = null,
        Input<string>? stack = null)
    {
        project ??= Deployment.Instance.ProjectName;
        stack ??= Deployment.Instance.StackName;
        var parentOutput = parent?.Urn ?? parentUrn?.ToOutput();
        var prefix = parentOutput is null
            ? Output.Format($"urn:pulumi:{stack}::{project}::")
            : parentOutput.Apply(urn => urn[..urn.LastIndexOf("::", StringComparison.Ordinal)] + "$");
        return Output.Format($"{prefix}{type}::{name}");
    }

    public bool Equals(Urn other) => _value == other._value;

    public override bool Equals(object? obj) => obj is Urn other && Equals(other);

    public override int GetHashCode() => _value?.GetHashCode(StringComparison.Ordinal) ?? 0;

    public override string ToString() => _value;

    /// <summary>The last part of an URN.</summary>
    internal static string NameOf(string urn) => urn[(urn.LastIndexOf("::", StringComparison.Ordinal) + 2)..];

    /// <summary>An URN's own type, without those of its parents.</summary>
    internal static string TypeOf(string urn) => QualifiedTypeOf(urn).Split('$')[^1];

    /// <summary>An URN's type with those of its parents.</summary>
    internal static string QualifiedTypeOf(string urn) => urn.Split("::")[2];

    /// <summary>The alias a child gets from an alias of its parent: a name that begins with the parent's follows it.</summary>
    internal static Output<string> InheritedAlias(string childName, string childType, string parentName, Output<string> parentAlias)
    {
        return parentAlias.Apply(parent =>
        {
            var name = childName.StartsWith(parentName, StringComparison.Ordinal)
                ? NameOf(parent) + childName[parentName.Length..]
                : childName;
            return Create(name, childType, parentUrn: parent);
        });
    }
}
