"""List where else one can sign in."""

from dreamseed.function import function
from dreamseed.http.paging import Page
from dreamseed.identity.models import OidcProvider
from dreamseed.identity.oidc_providers import listed_providers
from dreamseed.needs import PUBLIC, Http, Needs, secret
from dreamseed.ports.secrets import Secrets


@function(Needs(Http("GET", "/api/v1/auth/oidc", PUBLIC), grants=(secret("oidc_providers"),)))
def list_oidc_providers(secrets: Secrets) -> Page[OidcProvider]:
    """The identity providers that the operator has listed, by name; they are few, so there is one page."""
    providers = listed_providers(secrets.read("oidc_providers")).values()
    shown = [OidcProvider(id=each.id, name=each.name, organisation=each.organisation) for each in providers]
    return Page(items=sorted(shown, key=lambda each: each.name))
