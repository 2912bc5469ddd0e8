namespace Pulumi.Offline.Generator.Schema;

/// <summary>A schema that cannot be read; the message says where and why.</summary>
internal sealed class SchemaException(string message) : Exception(message);
