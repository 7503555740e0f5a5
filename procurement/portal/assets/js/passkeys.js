// Says in words why a passkey did not work: allauth's scripts only write to the console.
const WORDS = {
  NotAllowedError: "La clé n'a pas été utilisée : demande annulée, délai passé ou clé inconnue ici. Rien n'a été changé. Réessayez, ou utilisez un autre moyen.",
  InvalidStateError: "Cette clé est déjà enregistrée sur votre compte.",
  SecurityError: "Les clés d'accès ne fonctionnent pas à cette adresse. Utilisez un autre moyen de connexion.",
};

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-error")?.remove();
  const alert = document.createElement("div");
  alert.id = "passkey-error";
  alert.className = "alert alert-danger";
  alert.setAttribute("role", "alert");
  alert.textContent = `Erreur : ${WORDS[event.detail.exception?.name] ?? "la clé n'a pas répondu. Réessayez, ou utilisez un autre moyen de connexion."}`;
  document.querySelector("main h1").after(alert);
});
