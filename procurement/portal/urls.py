from django.urls import path

from procurement.portal.views import account, dashboards, health, operator, public

urlpatterns = [
    path("", public.home, name="home"),
    path("aide/", public.page("help"), name="help"),
    path("aide/prerequis/", public.page("prerequisites"), name="prerequisites"),
    path("aide/scellement/", public.sealing_help, name="sealing_help"),
    path("accessibilite/", public.page("accessibility"), name="accessibility"),
    path("mentions-legales/", public.page("legal"), name="legal"),
    path("donnees-personnelles/", public.page("privacy"), name="privacy"),
    path("etat/", health.status_page, name="status"),
    path("sante/", health.health, name="health"),
    path("tableau-de-bord/", dashboards.dashboard, name="dashboard"),
    path("organisation/choisir/", account.choose_organisation, name="choose_organisation"),
    path("organisation/equipe/", account.team, name="team"),
    path("organisation/equipe/<uuid:user_id>/retirer/", account.remove_member, name="remove_member"),
    path("organisation/cles/", account.tokens, name="tokens"),
    path("organisation/cles/<uuid:token_id>/revoquer/", account.revoke_token, name="revoke_token"),
    path("exploitation/membres/", operator.members, name="operator_members"),
    path("exploitation/travaux/", operator.jobs, name="operator_jobs"),
    path("exploitation/travaux/<uuid:job_id>/relancer/", operator.retry_job, name="operator_retry_job"),
    path("exploitation/preuves/", operator.keys, name="operator_keys"),
    path("exploitation/horloge/", operator.clock, name="operator_clock"),
    path("exploitation/horloge/mesurer/", operator.measure_clock, name="operator_measure_clock"),
    path("exploitation/dume/", operator.national_service, name="operator_dume"),
    path("exploitation/dume/verifier/", operator.check_national_service, name="operator_check_dume"),
    path("exploitation/courriels/", operator.mails, name="operator_mails"),
    path("exploitation/courriels/<str:name>/", operator.mail, name="operator_mail"),
]
