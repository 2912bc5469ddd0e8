using Pulumi.Offline.Schemas;
using static Pulumi.Offline.Tests.Generated.Values;

namespace Pulumi.Offline.Tests.Generated;

public class SchemaCheckTests
{
    private const string Group = "aws:autoscaling/group:Group";
    private const string Reservation = "aws:ec2/capacityReservation:CapacityReservation";

    [Fact]
    public void Complete_inputs_have_no_problems() => Assert.Empty(PackageSchemas.CheckResource(Group, Map(
        ("minSize", 0),
        ("maxSize", 2),
        ("vpcZoneIdentifiers", new[] { "subnet-1" }),
        ("tags", new[] { Map(("key", "tier"), ("value", "spot"), ("propagateAtLaunch", true)) }))));

    [Fact]
    public void Unknown_values_fit_anything_and_secrets_are_looked_through()
    {
        Assert.Empty(PackageSchemas.CheckResource(Group, Map(("minSize", Unknown), ("maxSize", Secret(2)), ("tags", Secret(Unknown)))));
        Refuses(Group, Map(("minSize", 0), ("maxSize", Secret("two"))), "maxSize: must be an integer, not a string");
    }

    [Fact]
    public void A_null_is_an_absent_input() =>
        Refuses(Group, Map(("minSize", 0), ("maxSize", null), ("placementGroup", null)), "maxSize: is required");

    [Fact]
    public void An_unknown_input_is_refused_with_the_nearest_name() =>
        Refuses(Group, Map(("minSize", 0), ("maxSize", 1), ("vpcZoneIdentifier", "a")), "vpcZoneIdentifier: unknown input; did you mean vpcZoneIdentifiers?");

    [Fact]
    public void Types_are_checked_at_any_depth()
    {
        Refuses(Group, Map(("minSize", 0), ("maxSize", 1), ("tags", new[] { Map(("key", "k"), ("value", 1), ("propagateAtLaunch", "yes")) })),
            "tags[0].propagateAtLaunch: must be a boolean, not a string",
            "tags[0].value: must be a string, not a number");
        Refuses(Group, Map(("minSize", 0), ("maxSize", 1), ("mixedInstancesPolicy", Map(("launchTemplate", Map(("overides", Unknown)))))),
            "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification: is required",
            "mixedInstancesPolicy.launchTemplate.overides: unknown input; did you mean overrides?");
        Refuses("gcp:storage/bucket:Bucket", Map(("location", "US"), ("labels", Map(("a", 1)))), "labels.a: must be a string, not a number");
    }

    [Fact]
    public void An_integer_has_no_fraction_and_a_number_may()
    {
        Refuses(Group, Map(("minSize", 0.5), ("maxSize", 1)), $"minSize: must be an integer, not {0.5}");
        Assert.Empty(PackageSchemas.CheckResource("aws:cloudwatch/metricAlarm:MetricAlarm", Map(
            ("comparisonOperator", "GreaterThanThreshold"), ("evaluationPeriods", 1), ("threshold", 0.5))));
    }

    [Fact]
    public void An_enum_is_closed_unless_any_string_may_stand_for_it()
    {
        Assert.Empty(PackageSchemas.CheckResource(Reservation, Map(
            ("availabilityZone", "a"), ("instanceCount", 1), ("instancePlatform", "Plan 9"), ("instanceType", "p9.large"))));
        Refuses(Group, Map(("minSize", 0), ("maxSize", 1), ("enabledMetrics", new[] { "GroupMinSizes" })),
            "enabledMetrics[0]: must be one of Metric, not GroupMinSizes; did you mean GroupMinSize?");
    }

    [Fact]
    public void A_union_takes_any_of_its_types()
    {
        Assert.Empty(PackageSchemas.CheckResource("aws:iam/role:Role", Map(("assumeRolePolicy", "{}"))));
        Refuses("aws:iam/role:Role", Map(("assumeRolePolicy", Map(("Version", "2012-10-17")))), "assumeRolePolicy.Statement: is required");
        Refuses("aws:iam/role:Role", Map(("assumeRolePolicy", 1)), "assumeRolePolicy: must be a string or an object PolicyDocument, not a number");
    }

    [Fact]
    public void An_asset_fits_only_where_one_is_taken()
    {
        var asset = new PropertyValue.AssetValue("string", "text");
        Assert.Empty(PackageSchemas.CheckResource("aws:s3/bucketObjectv2:BucketObjectv2", Map(("bucket", "b"), ("source", asset))));
        Refuses("aws:s3/bucketObjectv2:BucketObjectv2", Map(("bucket", asset)), "bucket: must be a string, not a string asset");
        Refuses("aws:lambda/function:Function", Map(("role", "r"), ("code", asset)), "code: must be an archive, not a string asset");
    }

    [Fact]
    public void An_unknown_type_is_refused_with_the_nearest_one()
    {
        Refuses("aws:ec2/launchTemplat:LaunchTemplate", Map(),
            "unknown resource type aws:ec2/launchTemplat:LaunchTemplate; did you mean aws:ec2/launchTemplate:LaunchTemplate?");
        Refuses("azure:core/group:Group", Map(), "no schema is known for the package of resource type azure:core/group:Group");
    }

    [Fact]
    public void A_providers_JSON_text_is_checked_as_what_it_holds()
    {
        Assert.Empty(PackageSchemas.CheckResource("pulumi:providers:aws", Map(
            ("region", "us-east-1"), ("maxRetries", "5"), ("defaultTags", """{"tags":{"a":"b"}}"""), ("skipRegionValidation", "true"))));
        Refuses("pulumi:providers:aws", Map(("defaultTags", """{"tag":{}}""")), "defaultTags.tag: unknown input; did you mean tags?");
        Refuses("pulumi:providers:aws", Map(("maxRetries", "five")), "maxRetries: must be an integer as JSON text");
    }

    [Fact]
    public void A_Kubernetes_custom_kind_may_have_any_member()
    {
        var pool = Map(("apiVersion", "karpenter.sh/v1"), ("kind", "NodePool"), ("spec", Map(("weight", 1))));
        Assert.Empty(PackageSchemas.CheckResource("kubernetes:karpenter.sh/v1:NodePool", pool));
        Refuses("kubernetes:karpenter.sh/v1:NodePool", Map(("kind", "NodePool"), ("metadata", Map(("nam", "x")))),
            "apiVersion: is required",
            "metadata.nam: unknown input; did you mean name?");
        Refuses("kubernetes:apps/v1:Deploymnt", pool,
            "unknown resource type kubernetes:apps/v1:Deploymnt; did you mean kubernetes:apps/v1:Deployment?");
    }

    [Fact]
    public void A_fixed_value_cannot_be_changed() => Refuses(
        "kubernetes:core/v1:ConfigMap", Map(("apiVersion", "v2"), ("kind", "ConfigMap")), "apiVersion: must be v1, not v2");

    [Fact]
    public void Function_arguments_are_checked()
    {
        Assert.Empty(PackageSchemas.CheckInvoke("aws:index/getCallerIdentity:getCallerIdentity", Map()));
        var problem = Assert.Single(PackageSchemas.CheckInvoke("aws:ssm/getParameter:getParameter", Map(("withDecryption", true))));
        Assert.Equal(new SchemaProblem("name", "is required"), problem);
        Assert.Single(PackageSchemas.CheckInvoke("aws:ssm/getParameters:getParameters", Map()));
    }

    [Fact]
    public void A_resources_outputs_and_their_kinds_can_be_read()
    {
        var schema = PackageSchemas.FindResource(Group)!;
        var arn = schema.Outputs.Single(output => output.Name == "arn");
        Assert.True(arn.Required);
        Assert.Equal(TypeKind.String, arn.Type.Kind);
        var tag = schema.Outputs.Single(output => output.Name == "tags").Type.Element;
        Assert.Equal(TypeKind.Object, tag.Kind);
        Assert.Contains(tag.Properties, property => property.Name == "propagateAtLaunch");
        Assert.Null(PackageSchemas.FindResource("aws:ec2/nothing:Nothing"));
    }

    private static void Refuses(string type, PropertyValue.Map inputs, params string[] problems) =>
        Assert.Equal(problems.Order(), PackageSchemas.CheckResource(type, inputs).Select(problem => problem.ToString()).Order());
}
